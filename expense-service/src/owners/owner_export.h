/* owner_export - what the ledger holds of a person, table by table, for people/export.h. */
#pragma once
#include "people/export.h"

extern const struct export_tables owner_exports;
