/* replay_step - works off replays in the background, a page of texts a transaction. */
#pragma once
#include "base/step.h"

struct svc;
enum step replay_step(struct svc *svc);
