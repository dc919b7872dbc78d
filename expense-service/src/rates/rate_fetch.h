/* rate_fetch - exchange rates from where the operator says: once in six hours, by one replica,
 * after a failure in an hour again. */
#pragma once
#include <stdbool.h>

struct err;
struct svc;
/* EXPENSE_RATES_URL is empty, or an address of http or https. */
bool rates_check(const char *url, struct err *err);
/* A round of housekeeping. */
void rates_fetch(struct svc *svc);
