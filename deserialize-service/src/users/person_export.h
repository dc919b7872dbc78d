/* person_export - what is held of a person here, table by table, for people/export.h. */
#pragma once
#include "people/export.h"

extern const struct export_tables person_exports;
export_mend_fn person_export_mend; /* opens the texts */
