/* rule_routes - GET,POST /rules, GET,PATCH,DELETE /rules/{id}, their trials and jobs. */
#pragma once
#include "http/http.h"

handler_fn rule_list, rule_create, rule_show, rule_edit, rule_delete, rule_test, rule_apply,
    rule_job_show, rule_job_cancel;
