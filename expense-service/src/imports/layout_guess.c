#include <ctype.h>
#include <string.h>

#include "base/mem.h"
#include "imports/cell.h"
#include "imports/layout.h"

enum { LOOKED_AT = 200, TITLE_SIZE = 64 };

/* What columns are called, in lower case, letters and digits of ASCII alone; the first that fits
 * counts. A title fits when it is one of the words, or else when it begins with one. */
static const struct {
    enum import_column column;
    const char *words; /* each between blanks */
} titles[] = {
    {COLUMN_DATE,
     " date occurredat transactiondate txndate valuedate postingdate bookingdate datum buchungstag "
     "fecha data dato paivays tarikh tanggal dateoperation dateopration datedelaoperation "
     "datadellavoro "
     "transdate completeddate starteddate timestamp datetime "},
    {COLUMN_TIME, " time uhrzeit hora heure ora "},
    {COLUMN_DEBIT,
     " debit withdrawal withdrawals withdrawalamt withdrawalamount paidout moneyout soll cargo "
     "debitamount debe uitgaven afschrijving dr outflow spent "},
    {COLUMN_CREDIT,
     " credit deposit deposits depositamt depositamount paidin moneyin haben abono creditamount "
     "haber bijschrijving cr inflow received "},
    {COLUMN_AMOUNT,
     " amount betrag importe montant importo valor bedrag belopp belob kwota tutar amt sum "
     "transactionamount jumlah value summa "},
    {COLUMN_DIRECTION, " direction drcr debitcredit crdr transactiontype afbij "},
    {COLUMN_CURRENCY, " currency ccy whrung waehrung moneda devise valuta currencycode moeda "},
    {COLUMN_MERCHANT,
     " merchant payee description narration details beneficiary counterparty name auftraggeber "
     "empfnger beguenstigter libelle concepto descripcion descripcin descrio descrizione "
     "particulars naam "
     "omschrijving remarks beschreibung transactiondetails tiers historico verwendungszweck "},
    {COLUMN_CATEGORY, " category kategorie categoria categorie catgorie categora "},
    {COLUMN_LAST4, " accountlast4 last4 cardnumber card "},
    {COLUMN_ACCOUNT, " account accountname konto cuenta compte conto rekening "},
    {COLUMN_NOTE, " note notes memo comment notiz nota "},
    {COLUMN_TAGS, " tags labels tag "},
    {COLUMN_TYPE, " type "},
    {COLUMN_STATUS, " status "},
    {COLUMN_REFERENCE,
     " reference ref referenceno refno chequeno chqrefno transactionid referenz utr "
     "referencia rfrence numero chqno chqrefnumber "},
    {COLUMN_ID, " id "},
    {COLUMN_SPLITS, " splits "},
};

static void simplify(const char *title, char out[static TITLE_SIZE])
{
    size_t len = 0;
    for (; *title != '\0' && *title != '(' && len + 1 < TITLE_SIZE; title++)
        if (isalnum((unsigned char)*title))
            out[len++] = (char)tolower((unsigned char)*title);
    out[len] = '\0';
}

static bool has_word(const char *words, const char *title, bool whole)
{
    for (const char *at = words + 1; *at != '\0'; at += strcspn(at, " ") + 1) {
        size_t len = strcspn(at, " ");
        if (strncmp(title, at, len) == 0 && (title[len] == '\0' || (!whole && len >= 4)))
            return true;
    }
    return false;
}

/* Returns how many columns were found. */
static size_t read_titles(const struct csv_record *record, struct layout *out)
{
    size_t found = 0;
    bool taken[CSV_CELLS_MAX] = {false};
    for (int round = 0; round < 2; round++)
        for (size_t t = 0; t < LENGTH(titles); t++)
            for (size_t i = 0; i < record->count; i++) {
                int *column = &out->columns[titles[t].column];
                char title[TITLE_SIZE];
                simplify(record->cells[i], title);
                if (taken[i] || (round > 0 && *column >= 0) ||
                    !has_word(titles[t].words, title, round == 0))
                    continue;
                /* A second date, say: it is nothing else, either. */
                taken[i] = true;
                found += *column < 0;
                *column = *column < 0 ? (int)i : *column;
            }
    return found;
}

/* The sign that divides the most cells, in the same way in the first records. */
static char find_delimiter(const char *text, size_t len, bool whole)
{
    static const char signs[] = {',', ';', '\t', '|'};
    struct csv_record record = {0};
    char best = ',';
    size_t best_cells = 1;
    for (size_t s = 0; s < LENGTH(signs); s++) {
        size_t at = 0, used, lines, rows = 0, cells = 0;
        bool even = true;
        while (rows < 10 && at < len &&
               csv_read(text + at, len - at, whole, signs[s], &record, &used, &lines) ==
                   CSV_RECORD) {
            at += used;
            if (record.count == 1 && record.cells[0][0] == '\0')
                continue;
            even &= rows == 0 || record.count == cells;
            cells = rows == 0 ? record.count : cells;
            rows++;
        }
        if (even && rows > 0 && cells > best_cells) {
            best = signs[s];
            best_cells = cells;
        }
    }
    csv_record_fini(&record);
    return best;
}

/* What the cells of a column of dates and those of amounts speak for, over the file's beginning. */
struct seen {
    unsigned orders;
    size_t points, commas, negative, rows;
};

static void look_at_amount(const char *text, struct seen *seen)
{
    char number[CELL_NUMBER_SIZE], currency[CURRENCY_SIZE] = "", decimal = cell_decimal(text);
    int sign;
    bool by_word;
    seen->points += decimal == '.';
    seen->commas += decimal == ',';
    if (cell_amount(text, decimal != 0 ? decimal : '.', number, &sign, &by_word, currency))
        seen->negative += sign < 0;
}

static const char *cell(const struct csv_record *record, int at)
{
    return at >= 0 && (size_t)at < record->count ? record->cells[at] : "";
}

/* Without a header: the first cell that is a date, the first number behind it, the longest text. */
static void guess_columns(const struct csv_record *record, struct layout *out)
{
    size_t longest = 2;
    for (size_t i = 0; i < record->count; i++) {
        const char *text = record->cells[i];
        char number[CELL_NUMBER_SIZE], currency[CURRENCY_SIZE] = "";
        int sign;
        bool by_word;
        if (out->columns[COLUMN_DATE] < 0 && cell_date_orders(text) != 0)
            out->columns[COLUMN_DATE] = (int)i;
        else if (out->columns[COLUMN_AMOUNT] < 0 && strpbrk(text, ".,") != NULL &&
                 cell_amount(text, '.', number, &sign, &by_word, currency) && strlen(text) < 24)
            out->columns[COLUMN_AMOUNT] = (int)i;
        else if (strlen(text) > longest) {
            longest = strlen(text);
            out->columns[COLUMN_MERCHANT] = (int)i;
        }
    }
}

static void look(const struct csv_record *record, struct layout *out, struct seen *seen)
{
    static const enum import_column amounts[] = {COLUMN_AMOUNT, COLUMN_DEBIT, COLUMN_CREDIT};
    unsigned orders = cell_date_orders(cell(record, out->columns[COLUMN_DATE]));
    if (orders != 0)
        seen->orders &= orders;
    for (size_t i = 0; i < LENGTH(amounts); i++)
        look_at_amount(cell(record, out->columns[amounts[i]]), seen);
    seen->rows++;
}

/* Names of columns without a digit, above rows that have some. */
static bool looks_like_titles(const struct csv_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        if (strpbrk(record->cells[i], "0123456789") != NULL)
            return false;
    return record->count > 1;
}

static json_t *titles_of(const struct csv_record *record)
{
    json_t *headers = json_array();
    for (size_t i = 0; i < record->count; i++) {
        json_t *title = json_string(record->cells[i]);
        json_array_append_new(headers, title != NULL ? title : json_string(""));
    }
    return headers;
}

void layout_guess(const char *text, size_t len, bool whole, struct layout *out, json_t **headers)
{
    struct csv_record record = {0};
    struct seen seen = {.orders = 1U << DATE_YMD | 1U << DATE_DMY | 1U << DATE_MDY};
    size_t at = 0, used, lines;
    bool first = true, known = false, guessed = false;
    *headers = NULL;
    *out = (struct layout){.delimiter = find_delimiter(text, len, whole), .decimal = '.'};
    for (int i = 0; i < IMPORT_COLUMNS; i++)
        out->columns[i] = -1;
    while (at < len && seen.rows < LOOKED_AT &&
           csv_read(text + at, len - at, whole, out->delimiter, &record, &used, &lines) ==
               CSV_RECORD) {
        at += used;
        if (record.count == 1 && record.cells[0][0] == '\0')
            continue;
        if (first) {
            known = read_titles(&record, out) >= 2;
            out->header = known || looks_like_titles(&record);
        }
        if (first && out->header)
            *headers = titles_of(&record);
        else if (!known && !guessed) {
            for (int i = 0; i < IMPORT_COLUMNS; i++)
                out->columns[i] = -1;
            guess_columns(&record, out);
            guessed = true;
        }
        if (!first || !out->header)
            look(&record, out, &seen);
        first = false;
    }
    out->decimal = seen.commas > seen.points ? ',' : '.';
    out->sign = seen.negative > 0 ? SIGN_NEGATIVE_IS_DEBIT : SIGN_POSITIVE_IS_DEBIT;
    out->date_sure = (seen.orders & (seen.orders - 1)) == 0 && seen.orders != 0;
    /* Where both could be, the day in front, as most of the world writes it. */
    out->date_order = seen.orders & 1U << DATE_DMY   ? DATE_DMY
                      : seen.orders & 1U << DATE_YMD ? DATE_YMD
                      : seen.orders & 1U << DATE_MDY ? DATE_MDY
                                                     : DATE_DMY;
    csv_record_fini(&record);
}
