/* reading_templates - the formats that the owners of a batch of texts taught. */
#pragma once
#include "templates/taught_set.h"
#include "workers/reading_job.h"

/* *taught must outlive the jobs' reading. */
must_check bool reading_templates(struct pg_tx *tx, struct reading_jobs *jobs,
                                  struct taught_sets **taught, struct err *err);
