#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "events/inbox_replay.h"
#include "operator/letters.h"
#include "operator/output.h"
#include "operator/run.h"

/* What came of one command. */
struct outcome {
    const struct operator_env *env;
    const struct operator_args *args;
    json_t *rows;
    size_t counts[DEAD_EXPIRED + 1]; /* by what became of them now */
    size_t before;                   /* dealt with earlier, or expired */
};

static void add_result(struct outcome *outcome, const struct letter *letter, const char *became,
                       const struct err *why)
{
    char id[LETTER_ID_SIZE];
    letter_id(letter, id);
    json_t *row = json_pack("{s:s, s:s}", "id", id, "outcome", became);
    if (why != NULL) {
        scoped(str_drop) char *text = output_escape(why->text, strlen(why->text));
        json_object_set_new(row, "reason", json_string(err_name(why)));
        json_object_set_new(row, "text", json_string(text));
    }
    json_array_append_new(outcome->rows, row);
}

/* A deadlock with the running consumer, or a database that is away for a moment, is no outcome. */
static bool replay_letter(const struct inbox *inbox, const struct dead_letter *letter,
                          enum dead_state *state, struct err *why, struct err *err)
{
    for (int i = 1;; i++) {
        if (inbox_replay_letter(inbox, letter, state, why, err))
            return true;
        if (i == RUN_TRIES || err->code != ERR_UNAVAILABLE)
            return false;
        run_pause(i);
    }
}

static bool replay(void *arg, const struct letter *letter, struct err *err)
{
    struct outcome *outcome = arg;
    enum dead_state state = DEAD_OPEN;
    struct err why = {.code = ERR_NONE};
    if (letter->state == DEAD_OPEN &&
        !replay_letter(outcome->env->inbox, &letter->dead, &state, &why, err)) {
        char id[LETTER_ID_SIZE + 2];
        letter_id(letter, id);
        strcat(id, ": ");
        return err_wrap(err, id);
    }
    if (state == DEAD_OPEN) {
        outcome->before++;
        if (outcome->args->has_id)
            add_result(outcome, letter, "already_handled", NULL);
        return true;
    }
    outcome->counts[state]++;
    add_result(outcome, letter, dead_state_name(state), state == DEAD_FAILED_AGAIN ? &why : NULL);
    return true;
}

static bool drop(void *arg, const struct letter *letter, struct err *err)
{
    struct outcome *outcome = arg;
    const struct operator_args *args = outcome->args;
    bool claimed = letter->state == DEAD_OPEN;
    if (claimed && (args->has_id || args->yes)) {
        scoped(pg_tx_drop) struct pg_tx *tx = NULL;
        if (!pg_begin(outcome->env->inbox->db, &tx, err) ||
            !dead_letter_claim(tx, &letter->dead, DEAD_DROPPED, &claimed, err) ||
            !pg_commit(&tx, err))
            return false;
    }
    if (!claimed) {
        outcome->before++;
        return true;
    }
    outcome->counts[DEAD_DROPPED]++;
    add_result(outcome, letter, dead_state_name(DEAD_DROPPED), NULL);
    return true;
}

/* A reason that is misspelt would look like one that is dealt with. */
static void warn_when_none(const struct outcome *outcome)
{
    size_t seen = outcome->before;
    for (size_t i = 0; i <= DEAD_EXPIRED; i++)
        seen += outcome->counts[i];
    if (seen == 0 && !outcome->args->has_id)
        fprintf(stderr, "no dead letter of this service is meant; dlq list shows them\n");
}

static void print_rows(const struct outcome *outcome)
{
    static const struct output_column columns[] = {{"ID", "id", false},
                                                   {"OUTCOME", "outcome", false},
                                                   {"REASON", "reason", false},
                                                   {"TEXT", "text", false}};
    if (json_array_size(outcome->rows) > 0)
        output_table(stdout, columns, LENGTH(columns), outcome->rows);
}

bool run_dlq_replay(const struct operator_env *env, const struct operator_args *args, int *status,
                    struct err *err)
{
    scoped(json_drop) json_t *rows = json_array();
    struct outcome outcome = {.env = env, .args = args, .rows = rows};
    const size_t *counts = outcome.counts;
    bool ok = letters_walk(env, args, replay, &outcome, err);
    warn_when_none(&outcome);
    *status = counts[DEAD_FAILED_AGAIN] > 0 ? OPERATOR_FAILED : OPERATOR_GOOD;
    if (args->json) {
        scoped(json_drop) json_t *all = json_pack(
            "{s:I, s:I, s:I, s:I, s:O}", "replayed", (json_int_t)counts[DEAD_REPLAYED], "skipped",
            (json_int_t)counts[DEAD_SKIPPED], "failed_again", (json_int_t)counts[DEAD_FAILED_AGAIN],
            "already_handled", (json_int_t)outcome.before, "results", rows);
        output_json(stdout, all);
        return ok;
    }
    print_rows(&outcome);
    printf("%zu replayed, %zu skipped, %zu still bad, %zu dealt with before\n",
           counts[DEAD_REPLAYED], counts[DEAD_SKIPPED], counts[DEAD_FAILED_AGAIN], outcome.before);
    return ok;
}

bool run_dlq_drop(const struct operator_env *env, const struct operator_args *args, int *status,
                  struct err *err)
{
    scoped(json_drop) json_t *rows = json_array();
    struct outcome outcome = {.env = env, .args = args, .rows = rows};
    bool done = args->has_id || args->yes;
    bool ok = letters_walk(env, args, drop, &outcome, err);
    warn_when_none(&outcome);
    size_t dropped = outcome.counts[DEAD_DROPPED];
    *status = done ? OPERATOR_GOOD : OPERATOR_USAGE;
    if (args->json) {
        scoped(json_drop) json_t *all =
            json_pack("{s:I, s:I, s:O}", done ? "dropped" : "would_drop", (json_int_t)dropped,
                      "already_handled", (json_int_t)outcome.before, "results", rows);
        output_json(stdout, all);
        return ok;
    }
    if (done)
        printf("%zu dropped, %zu dealt with before\n", dropped, outcome.before);
    else
        printf("%zu would be dropped: give --yes to do it\n", dropped);
    return ok;
}
