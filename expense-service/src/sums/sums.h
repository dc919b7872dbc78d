/* sums - what keeps the sums by day in order, in the background. */
#pragma once
#include "base/step.h"

struct svc;
/* Folds what writers added: housekeeping. */
void sums_fold(struct svc *svc);
/* Counts the ledger of a person anew whose time zone changed; until then their sums are read from
 * the expenses. One transaction a person, who enters nothing meanwhile: a million expenses take
 * some seconds. */
enum step sums_rest(struct svc *svc);
