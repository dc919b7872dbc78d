/* importing - imports worked at in the background, a page of rows a transaction. */
#pragma once
#include "base/step.h"

struct svc;
enum step importing_step(struct svc *svc);
/* Housekeeping. */
void imports_purge(struct svc *svc);
