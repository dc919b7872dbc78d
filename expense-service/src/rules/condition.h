/* condition - the tree of conditions of a rule (rule.h). No I/O. */
#pragma once
#include "rules/rule.h"

/* What is wrong with it goes to fields, with pointers below this one. */
void condition_check(const json_t *condition, const char *pointer, struct fields *fields);
bool condition_holds(const json_t *condition, const struct rule_subject *subject);
void condition_ids(const json_t *condition, const char *pointer,
                   void (*see)(void *arg, const char *what, const char *id, const char *pointer),
                   void *arg);
