/* code - 256 random bits as a text that is handed out once, of which only the SHA-256 is kept: in a
 * mail, or as the ticket of a login that waits for its second factor. No I/O. */
#pragma once

enum { CODE_SIZE = 44, CODE_HASH_SIZE = 32 };

/* out is a secret. */
void code_make(char out[static CODE_SIZE], unsigned char hash[static CODE_HASH_SIZE]);
/* Of what somebody presents, whatever it is. */
void code_hash(const char *code, unsigned char hash[static CODE_HASH_SIZE]);
