#include "http/problem.h"

#include <stddef.h>
#include <stdio.h>

#include "base/mem.h"

static const struct {
    unsigned status;
    const char *title;
} titles[] = {
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

const char *problem_title(unsigned status)
{
    for (size_t i = 0; i < LENGTH(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Error";
}

static const char *detail_of(const struct err *err)
{
    if (err->code == ERR_INTERNAL || err->code == ERR_NONE)
        return "an unexpected error; its request_id finds it in the log";
    if (err->code == ERR_UNAVAILABLE && err->name[0] == '\0')
        return "temporarily unavailable, try again";
    return err->text;
}

/* A detail may carry a part of the input: one that is not UTF-8 must not cost the answer. */
static void put(json_t *problem, const char *name, const char *text)
{
    json_t *value = json_string(text);
    json_object_set_new(problem, name, value != NULL ? value : json_string(""));
}

json_t *problem_json(unsigned status, const struct err *err, const char *instance,
                     const char *request_id, json_t *errors)
{
    const char *code = err_name(err);
    char type[96];
    snprintf(type, sizeof type, "urn:expenses-tracker:problem:%s", code);
    json_t *problem = json_object();
    put(problem, "type", type);
    put(problem, "title", problem_title(status));
    json_object_set_new(problem, "status", json_integer(status));
    put(problem, "detail", detail_of(err));
    put(problem, "instance", instance);
    put(problem, "code", code);
    put(problem, "request_id", request_id);
    if (errors != NULL)
        json_object_set(problem, "errors", errors);
    return problem;
}
