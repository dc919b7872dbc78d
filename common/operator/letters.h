/* letters - the dead letters of one service, as they lie in their topics. Private to operator/. */
#pragma once
#include <jansson.h>

#include "events/dead_letter.h"
#include "kafka/scan.h"
#include "operator/operator.h"

/* Borrowed from a record while its callback runs. */
struct letter {
    const struct scan_record *record;
    struct dead_letter dead;
    const char *reason, *text, *consumer, *first_failure;
    enum dead_state state;
    int64_t handled_us;
};

/* false ends the walk, which fails with err. */
typedef bool letter_fn(void *arg, const struct letter *letter, struct err *err);

/* Those that args choose by ID, --topic, --reason (all otherwise), with their state. ERR_NOT_FOUND
 * for an ID that is not there, ERR_INVALID for one of another consumer or topic. */
must_check bool letters_walk(const struct operator_env *env, const struct operator_args *args,
                             letter_fn *on_letter, void *arg, struct err *err);

/* "topic/partition/offset". */
enum { LETTER_ID_SIZE = OPERATOR_TOPIC_SIZE + 40 };
void letter_id(const struct letter *letter, char out[static LETTER_ID_SIZE]);
/* A row of `dlq list`. The caller owns it. */
json_t *letter_to_json(const struct letter *letter);
/* With headers, key and value, for `dlq show`. */
json_t *letter_to_json_whole(const struct letter *letter);
