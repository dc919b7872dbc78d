/* step - what came of one short step of background work, which says when the next one is due. */
#pragma once

enum step {
    STEP_IDLE,   /* nothing to do: in a second */
    STEP_MORE,   /* there may be more: at once */
    STEP_WAIT,   /* there is more, but it has to wait for something: in a moment */
    STEP_FAILED, /* told in the log: in a second, doubled while it goes on failing */
};
