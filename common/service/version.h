/* version - of this build: `git describe`. */
#pragma once

const char *suite_version(void);
