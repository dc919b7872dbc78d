#include "service/version.h"

#ifndef SUITE_VERSION
#define SUITE_VERSION "unversioned"
#endif

const char *suite_version(void)
{
    return SUITE_VERSION;
}
