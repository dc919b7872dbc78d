/* The words of the lists. */
#include "lists.h"

#include "base/mem.h"

static const char *const title[] = {"mr", "mrs", "ms", "dr", "smt", "shri", "sri", "prof", "md"};

static const char *const small[] = {"is", "of", "by", "with", "for"};

static const char *const ordinal[] = {"st", "nd", "rd", "th"};

static const char *const available[] = {"avail", "avl", "available", "avbl", "avlbl", "disp"};

static const char *const particle[] = {
    "and", "of",  "the", "de",  "la", "el",  "los", "las", "le",  "les", "du",  "des",
    "do",  "da",  "dos", "das", "di", "del", "van", "von", "der", "den", "y",   "e",
    "al",  "na",  "pod", "w",   "v",  "u",   "o",   "in",  "am",  "im",  "zum", "zur",
    "bei", "sur", "en",  "aux", "au", "nad", "aan", "op",  "ter", "et",  "und", "i"};

static const char *const banking[] = {
    "mobile",   "number", "phone",    "fund",     "funds",    "the",      "utility", "bill",
    "sum",      "online", "vpa",      "trf",      "other",    "another",  "payable", "bank",
    "a",        "an",     "upi",      "ib",       "mb",       "own",      "self",    "account",
    "your",     "their",  "inward",   "outward",  "incoming", "outgoing", "sb",      "mob",
    "bk",       "agent",  "merchant", "customer", "loan",     "dd",       "mm",      "yyyy",
    "ist",      "dtd",    "birr",     "bt",       "baht",     "chrg",     "chgs",    "clg",
    "clearing", "inst",   "dep",      "namba",    "levy",     "recovery", "mita",    "apbs",
    "dth"};

static const char *const english_account[] = {"a/c",     "ac",      "acc",     "acct",
                                              "account", "card",    "credit",  "debit",
                                              "wallet",  "savings", "current", "prepaid"};

static const char *const english_side[] = {"to",  "from", "at", "via",  "by",
                                           "for", "on",   "in", "with", "into"};

static const char *const advice[] = {
    "call",   "sms",    "dial",   "contact", "reply",    "help",    "thank", "thanks", "text",
    "txt",    "visit",  "block",  "not",     "download", "msaada",  "liga",  "report", "never",
    "please", "kindly", "beware", "click",   "login",    "do",      "ligue", "enq",    "powered",
    "earn",   "save",   "kopa",   "dispute", "inq",      "rejesha", "piga",  "keep",   "details"};

static const char *const verb_side[] = {"to",  "from", "by",  "at",     "de",  "a",    "von",
                                        "an",  "от",   "на",  "из",     "da",  "dari", "ke",
                                        "van", "aan",  "bij", "naar",   "par", "fran", "till",
                                        "fra", "til",  "kwa", "kutoka", "od"};

static const char *const named_account[] = {"savings", "saving", "checking",
                                            "current", "cheque", "chequing"};

static const char *const spanish[] = {"en",     "con",     "tu",        "de",        "el",
                                      "por",    "desde",   "la",        "cuenta",    "retiro",
                                      "compra", "pago",    "recibiste", "enviaste",  "compraste",
                                      "saldo",  "pagaste", "te",        "retiraste", "para"};

static const char *const french[] = {"le", "chez", "votre", "avec", "carte", "de", "du"};

const struct word_group word_groups[] = {
    {LIST_TITLE, title, LENGTH(title)},
    {LIST_SMALL, small, LENGTH(small)},
    {LIST_ORDINAL, ordinal, LENGTH(ordinal)},
    {LIST_AVAILABLE, available, LENGTH(available)},
    {LIST_PARTICLE, particle, LENGTH(particle)},
    {LIST_BANKING, banking, LENGTH(banking)},
    {LIST_ENGLISH_ACCOUNT, english_account, LENGTH(english_account)},
    {LIST_ENGLISH_SIDE, english_side, LENGTH(english_side)},
    {LIST_ADVICE, advice, LENGTH(advice)},
    {LIST_VERB_SIDE, verb_side, LENGTH(verb_side)},
    {LIST_NAMED_ACCOUNT, named_account, LENGTH(named_account)},
    {LIST_SPANISH, spanish, LENGTH(spanish)},
    {LIST_FRENCH, french, LENGTH(french)},
};
const size_t word_group_count = LENGTH(word_groups);
