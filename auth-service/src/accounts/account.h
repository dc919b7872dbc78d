/* account - who may sign in: rules for what a person gives at sign-up and login. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/json_util.h"
#include "base/uuid.h"

enum { EMAIL_SIZE = 255, NAME_MAX_BYTES = 100, USERNAME_SIZE = 33, LOGIN_KEY_SIZE = EMAIL_SIZE };

struct account {
    char user_id[UUID_SIZE];
    char email[EMAIL_SIZE];        /* empty: none given; then there is a user name */
    char username[USERNAME_SIZE];  /* empty: none given */
    char name[NAME_MAX_BYTES + 1]; /* empty: none given */
    int64_t created_at_us;
    int64_t delete_at_us, locked_at_us; /* 0: it stays, it may be used */
    bool admin;
    bool email_verified;
};

struct credentials {
    char email[EMAIL_SIZE];     /* as given, without surrounding spaces; empty when absent */
    char email_key[EMAIL_SIZE]; /* what makes two addresses the same account */
    char username[USERNAME_SIZE], username_key[USERNAME_SIZE]; /* the same for user names */
    char *password;   /* normalised; owned, a secret; NULL when there is none to look at */
    const char *name; /* borrowed from the body; NULL when absent */
};
void credentials_fini(struct credentials *given);

/* Both report every problem to fields and return whether there was none; *out is to be ended in
 * either case. */
bool signup_parse(const json_t *body, struct credentials *out, struct fields *fields);
bool login_parse(const json_t *body, struct credentials *out, struct fields *fields);
/* {"email"} alone. */
bool address_parse(const json_t *body, struct credentials *out, struct fields *fields);
/* What makes the address of an account one. */
void email_key_of(const char *email, char out[static EMAIL_SIZE]);
/* What the person signs in with: the key of the address or of the user name. Only an address holds
 * an @, so the two cannot meet. */
const char *login_key(const struct credentials *given);

/* A member with a password that exists, to be compared; normalised, the caller's, NULL when it was
 * refused. */
char *password_read(const struct json_reader *reader, const char *name);
/* One that is to be set: too_short or password_common besides. own: what is known of the person. */
char *password_read_new(const struct json_reader *reader, const char *name, const char *const own[],
                        size_t count);

/* One @, a local part of 1 to 64 visible ASCII characters, a host name with a dot. */
bool email_valid(const char *email);
/* 3 to 32 of a-z, 0-9, '.', '_' and '-', the first a letter. */
bool username_valid(const char *username);

/* {id, email, email_verified, username, name, role, created_at} */
json_t *account_json(const struct account *account);
/* The data of user.registered. */
json_t *account_event(const struct account *account);
/* The data of password.changed; reason: a constant, "changed" or "reset". */
json_t *password_changed_event(const char *user_id, const char *reason, int64_t now_us);
