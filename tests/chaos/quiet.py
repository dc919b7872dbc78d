"""When all is mended: waits until nothing is on its way any more."""
import time

import psycopg2

from . import topics


def _waiting(stack, consumed):
    """What is still on its way, as words; an empty list when all is quiet."""
    found = []
    wanted = {topic for names in consumed.values() for topic in names}
    connection = psycopg2.connect(stack.database.admin_dsn(), connect_timeout=5)
    try:
        with connection.cursor() as cursor:
            for schema in consumed:
                cursor.execute(f"SELECT count(*) FROM {schema}.outbox")
                count = cursor.fetchone()[0]
                if count:
                    found.append(f"{schema}.outbox holds {count}")
            end_of = topics.ends(stack.broker.direct_bootstrap, wanted)
            for schema, names in consumed.items():
                cursor.execute(f"SELECT topic, partition, next_offset FROM {schema}.inbox_offset")
                stored = {(topic, partition): offset for topic, partition, offset in cursor.fetchall()}
                for topic in names:
                    lag = sum(max(0, end - stored.get((topic, partition), low))
                              for partition, (low, end) in end_of[topic].items())
                    if lag:
                        found.append(f"{schema} is {lag} behind in {topic}")
    finally:
        connection.close()
    return found


def wait_quiet(stack, consumed, timeout):
    """(seconds it took, what was still waiting when the time was over)."""
    began, waiting, calm = time.monotonic(), ["not looked yet"], 0
    while time.monotonic() < began + timeout:
        try:
            waiting = _waiting(stack, consumed)
        except Exception as failure:  # the stores may still be coming back
            waiting = [f"{type(failure).__name__}: {failure}"]
        calm = 0 if waiting else calm + 1
        if calm == 3:  # an event may lie between an inbox and the next outbox
            break
        time.sleep(0.5)
    return time.monotonic() - began, waiting
