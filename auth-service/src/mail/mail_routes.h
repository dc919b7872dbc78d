/* mail_routes - confirming an address, and the way back in by mail. */
#pragma once
#include "accounts/account.h"
#include "auth.h"
#include "http/http.h"
#include "mail/letter.h"

handler_fn verify_email, resend_email, forgot_password, reset_password;

/* Adds the mail in tx, unless the account has no address or mail is off. After the commit:
 * mailer_wake. */
must_check bool mail_queue(struct svc *svc, struct pg_tx *tx, enum letter_kind kind,
                           const struct account *account, struct err *err);
