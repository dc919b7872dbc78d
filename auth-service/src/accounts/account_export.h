/* account_export - what is held of a person here, table by table, for people/export.h. */
#pragma once
#include "people/export.h"

extern const struct export_tables account_exports;
