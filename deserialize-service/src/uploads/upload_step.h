/* upload_step - reads uploads in the background, a page of texts a transaction. */
#pragma once
#include "base/step.h"

struct svc;
enum step upload_step(struct svc *svc);
/* Housekeeping. */
void uploads_purge(struct svc *svc);
