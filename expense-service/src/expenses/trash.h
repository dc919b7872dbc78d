/* trash - what was deleted and can be restored no longer goes, a few rows a transaction. */
#pragma once

struct svc;
/* Housekeeping of the service. */
void trash_empty(struct svc *svc);
