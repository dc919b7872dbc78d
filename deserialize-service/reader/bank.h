/* bank - whose texts come from which sender, as deserialize-service/templates/ names them. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct bank {
    const char *name, *country; /* country: ISO 3166, two letters */
};
struct bank_sender {
    const char *sender; /* its letters and digits alone, in capitals */
    uint16_t bank;      /* row of banks */
};

extern const struct bank banks[];
extern const size_t bank_count;
/* Sorted by sender. */
extern const struct bank_sender bank_senders[];
extern const size_t bank_sender_count;

/* The bank that a text's sender is known to be, in any case, with any marks and blanks, with what
 * senders add ("EXBANK SMS") and with what Indian networks put around it ("VM-EXBANK-S" is EXBANK);
 * NULL when it is not known. sender may be NULL. */
const struct bank *bank_of_sender(const char *sender);
/* The currency of the country of that bank, or of the network whose form the sender has; NULL when
 * neither is known. */
const char *bank_currency(const char *sender);
