"""The one kind of error an operator sees: a single line that says what is wrong and what to do."""


class StackError(Exception):
    """Printed without a traceback; the text is one line."""

    def __init__(self, text, hint=None):
        super().__init__(f"{text}; {hint}" if hint else text)
