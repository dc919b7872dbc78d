/* name - which tokens make the name of a shop or a person, and that name without its noise.
 * A name is told from the sentence around it by its letters: one written in capitals ends where
 * small letters go on, in whatever language. */
#pragma once
#include "grammar.h"

struct name {
    int first, last, score;                         /* score 0: none */
    int generic_first, generic_last, generic_score; /* words of banking only: a last resort */
};

/* Takes the name from token first to token last when its score beats what *best has. */
static inline void name_set(const struct frame *frame, struct name *best, int first, int last,
                            int score)
{
    explain_note(frame, READING_FIELD_MERCHANT, first, last, score, "");
    if (score <= best->score)
        return;
    best->first = first;
    best->last = last;
    best->score = score;
}

/* Takes the name that begins at token first, if one does, when score beats what *best has. */
void name_offer(const struct frame *frame, int first, int score, struct name *best);
/* The words before an account's digits, "Example Bank A/c X12": whose account it is. */
bool name_is_of_account(const struct frame *frame, int first);
/* Token i cannot be part of the name that begins at token first. */
bool name_ends(const struct frame *frame, int i, int first);
/* A preposition of some language that is a word of a name here: "WONG TAI STORES" in a text that
 * has small letters. */
bool name_holds(const struct frame *frame, int i);
/* A word in capitals that is no word of banking. */
bool name_is_capital(const struct frame *frame, int i);
/* A word that begins with a capital, whatever it means. */
bool name_is_capital_word(const struct frame *frame, int i);
/* "a JUAN": "to" in Spanish, Portuguese, French, Italian, and "do ANNA" in Polish; before small
 * letters an article. */
bool name_follows_a(const struct frame *frame, int i);
/* "no CONTINENTE": "at the" in Portuguese; before digits the English "number". */
bool name_follows_no(const struct frame *frame, int i);
bool name_has_letters(const struct frame *frame, int first, int last);
/* The name that ends right before token i: "SHOP isyerinde", "JANE tarafindan". */
void name_offer_before(const struct frame *frame, int i, int score, struct name *best);
/* Token i begins a sentence that is all a name: "Card *1234. CORNER SHOP. Balance". */
void name_offer_sentence(const struct frame *frame, int i, int score, struct name *best);
/* UPI/DR/4249/NAME/…, NEFT-ABCD41-NAME, ACH*NAME*778: the first piece that is a name. */
void name_offer_path(const struct frame *frame, int i, struct name *best);
/* "Remarks: 98400~2309,IBFT,transfer JANE DOE~ABC": a remark in pieces, of which one is a name of
 * two words or more. */
void name_offer_remark(const struct frame *frame, int i, struct name *best);
/* A line of its own that is no label: some banks set the shop so. */
void name_offer_line(const struct frame *frame, int i, struct name *best);
/* "255744903311 (JANE DOE)", "1000****5533 (JANE DOE)": whose number it is. */
void name_offer_holder(const struct frame *frame, int i, struct name *best);
/* "| SHOP, TOWN |", "; SHOP; ": one of the facts that marks part, and no label before it. */
void name_offer_fact(const struct frame *frame, int i, struct name *best);
/* "Corner Café\n💳 Paid €4.80 …": apps set who was paid as the title of what they tell. */
void name_offer_title(const struct frame *frame, int amount, struct name *best);
/* Only words of banking, "fund transfer", "the beneficiary account": nobody's name. */
bool name_is_generic(const struct frame *frame, int first, int last);

/* What a payment of this kind is called when nobody is named; "": there is no name for it. */
const char *merchant_of_kind(const struct frame *frame, const struct reading *out);
/* Nobody is named: the payment is called after what it was, after its network, or after the words
 * of banking that stand where a name would. No name is at token end or behind it. */
void merchant_after_kind(const struct frame *frame, int end, const struct name *best,
                         struct findings *found, struct reading *out);

/* Drops handles, titles, terminal numbers, web prefixes and dangling words, in place. */
void name_clean(char *name);
bool name_is_anybody(const char *name);
