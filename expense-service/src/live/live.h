/* live - brings what is told on expense.v1 to the listeners of this replica, and beats their
 * hearts. Every replica reads the whole topic into its own feed, beginning a few minutes back, so
 * that a client that comes from another replica, or after a restart, is told what it missed. Why
 * the topic and not LISTEN/NOTIFY: the topic has the events that committed, in order, numbered,
 * still there for one who was away; a NOTIFY is gone for whoever was not connected, holds 8 kB, and
 * makes all commits of the database queue for one lock. */
#pragma once
#include "base/err.h"
#include "ledger.h"
#include "live/feed.h"

struct live;
must_check bool live_start(struct svc *svc, struct err *err);
void live_stop(struct svc *svc); /* once nobody listens; without a start it does nothing */
struct feed *live_feed(struct live *live);
