#include "text.h"

#include <string.h>

#include "base/mem.h"

size_t text_decode(const char *bytes, size_t len, uint32_t *cp)
{
    const unsigned char *b = (const unsigned char *)bytes;
    size_t need = b[0] < 0x80 ? 1 : b[0] >= 0xF0 ? 4 : b[0] >= 0xE0 ? 3 : b[0] >= 0xC2 ? 2 : 0;

    *cp = b[0];
    if (need == 1)
        return 1;
    if (need == 0 || need > len || b[0] > 0xF4) {
        *cp = 0xFFFD;
        return 1;
    }
    *cp &= 0xFFU >> (need + 1);
    for (size_t i = 1; i < need; i++) {
        if ((b[i] & 0xC0) != 0x80) {
            *cp = 0xFFFD;
            return 1;
        }
        *cp = *cp << 6 | (b[i] & 0x3FU);
    }
    return need;
}

static size_t encode(uint32_t cp, char *out)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

static uint32_t fold_latin(uint32_t cp)
{
    /* U+00C0..U+00FF without accents; 0 keeps the letter. */
    static const char plain[] = "aaaaaa\0ceeeeiiii\0nooooo\0ouuuuy\0\0"
                                "aaaaaa\0ceeeeiiii\0nooooo\0ouuuuy\0y";
    /* U+0100..U+017F; the barred d stays itself, since it is the sign of a currency. */
    static const char extended[] = "aaaaaaccccccccdd\0\0eeeeeeeeeegggggggghhhhiiiiiiiiii\0\0jjkkk"
                                   "llllllllllnnnnnnnnnoooooo\0\0rrrrrrssssssssttttttuuuuuuuuuuuu"
                                   "wwyyyzzzzzzs";

    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    if (cp >= 0xC0 && cp <= 0xFF) {
        uint32_t letter = (unsigned char)plain[cp - 0xC0];

        return letter != 0 ? letter : cp >= 0xDF || cp == 0xD7 ? cp : cp + 32;
    }
    if (cp >= 0x100 && cp <= 0x17F) {
        uint32_t letter = (unsigned char)extended[cp - 0x100];

        return letter != 0 ? letter : cp | 1;
    }
    if (cp >= 0x218 && cp <= 0x21B)
        return cp < 0x21A ? 's' : 't';
    if (cp == 0x1A0 || cp == 0x1A1)
        return 'o';
    if (cp == 0x1AF || cp == 0x1B0)
        return 'u';
    if (cp >= 0x1EA0 && cp <= 0x1EF9)
        return cp < 0x1EB8   ? 'a'
               : cp < 0x1EC8 ? 'e'
               : cp < 0x1ECC ? 'i'
               : cp < 0x1EE4 ? 'o'
               : cp < 0x1EF2 ? 'u'
                             : 'y';
    return cp;
}

static uint32_t fold_arabic(uint32_t cp)
{
    if (cp >= 0x660 && cp <= 0x669)
        return '0' + (cp - 0x660);
    if (cp >= 0x6F0 && cp <= 0x6F9)
        return '0' + (cp - 0x6F0);
    if (cp == 0x640 || (cp >= 0x64B && cp <= 0x65F) || cp == 0x670)
        return 0;
    switch (cp) {
    case 0x622:
    case 0x623:
    case 0x625:
    case 0x671:
        return 0x627;
    case 0x649:
    case 0x6CC:
        return 0x64A;
    case 0x6A9:
        return 0x643;
    case 0x629:
    case 0x6C0:
    case 0x6C1:
        return 0x647;
    case 0x66B:
        return '.';
    case 0x66C:
    case 0x60C:
        return ',';
    case 0x61B:
        return ';';
    case 0x66A:
        return '%';
    default:
        return cp;
    }
}

/* The digits of other scripts. */
static uint32_t fold_digit(uint32_t cp)
{
    static const uint16_t zeros[] = {0x966, 0x9E6, 0xA66, 0xAE6, 0xB66,  0xBE6, 0xC66,
                                     0xCE6, 0xD66, 0xE50, 0xED0, 0x1040, 0x17E0};

    for (size_t i = 0; i < LENGTH(zeros); i++)
        if (cp >= zeros[i] && cp <= (uint32_t)zeros[i] + 9)
            return '0' + (cp - zeros[i]);
    return cp;
}

/* Folds what is not a letter; 0 drops it. */
static uint32_t fold_symbol(uint32_t cp)
{
    if (cp == '\r')
        return '\n';
    if (cp == '\t' || cp == 0xA0 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F || cp == 0x3000)
        return ' ';
    if (cp == 0x2028 || cp == 0x2029)
        return '\n';
    /* Soft hyphen, zero width and direction marks: invisible, and put between label and number. */
    if (cp == 0xAD || (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) ||
        (cp >= 0x2060 && cp <= 0x2069) || cp == 0xFEFF || (cp >= 0xFE00 && cp <= 0xFE0F))
        return 0;
    if (cp == 0x2018 || cp == 0x2019 || cp == 0x2BC || cp == 0xB4)
        return '\'';
    if (cp == 0x201C || cp == 0x201D || cp == 0xAB || cp == 0xBB)
        return '"';
    if ((cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212)
        return '-';
    if (cp == 0x2022 || cp == 0x25CF || cp == 0x2217 || cp == 0x2731 || cp == 0x66D || cp == 0x2026)
        return '*';
    if (cp >= 0xFF01 && cp <= 0xFF5E)
        return fold_latin(cp - 0xFEE0);
    if (cp == 0x964 || cp == 0x1362 || cp == 0x3002) /* danda, and the full stops of others */
        return '.';
    if (cp == 0x1361)
        return ' ';
    if (cp == 0x3001)
        return ',';
    if (cp == 0x3010 || cp == 0x3011) /* lenticular brackets */
        return cp == 0x3010 ? '[' : ']';
    if (cp == 0x5F3 || cp == 0x5F4)
        return cp == 0x5F3 ? '\'' : '"';
    return fold_digit(cp);
}

/* Greek without accents, and with one sigma. */
static uint32_t fold_greek(uint32_t cp)
{
    static const uint16_t accented[][2] = {
        {0x386, 0x3B1}, {0x388, 0x3B5}, {0x389, 0x3B7}, {0x38A, 0x3B9}, {0x38C, 0x3BF},
        {0x38E, 0x3C5}, {0x38F, 0x3C9}, {0x390, 0x3B9}, {0x3AA, 0x3B9}, {0x3AB, 0x3C5},
        {0x3AC, 0x3B1}, {0x3AD, 0x3B5}, {0x3AE, 0x3B7}, {0x3AF, 0x3B9}, {0x3B0, 0x3C5},
        {0x3C2, 0x3C3}, {0x3CA, 0x3B9}, {0x3CB, 0x3C5}, {0x3CC, 0x3BF}, {0x3CD, 0x3C5},
        {0x3CE, 0x3C9},
    };

    if (cp >= 0x391 && cp <= 0x3A9)
        return cp + 32;
    for (size_t i = 0; i < LENGTH(accented); i++)
        if (accented[i][0] == cp)
            return accented[i][1];
    return cp;
}

static uint32_t fold_code_point(uint32_t cp)
{
    if (cp < 0x250 || (cp >= 0x1E00 && cp < 0x1F00)) {
        uint32_t symbol = fold_symbol(cp);

        return symbol == cp ? fold_latin(cp) : symbol;
    }
    if (cp >= 0x600 && cp < 0x700)
        return fold_arabic(cp);
    if (cp >= 0x410 && cp <= 0x42F)
        return cp + 32;
    if (cp == 0x401 || cp == 0x451)
        return 0x435; /* yo is written ye as often as not */
    if (cp >= 0x402 && cp <= 0x40F)
        return cp + 80;
    if (cp >= 0x48A && cp <= 0x52F && cp != 0x4C0)
        return cp | 1; /* letters of further languages, capital and small in turn */
    if (cp >= 0x386 && cp <= 0x3CE)
        return fold_greek(cp);
    if (cp >= 0x531 && cp <= 0x556)
        return cp + 48;
    return fold_symbol(cp);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Bytes that stay one, whatever is around them: letters, digits, marks. */
static const bool plain[256] = {['!' ... '&'] = true, ['(' ... '~'] = true};

void text_fold(struct text *text, const char *raw, size_t raw_len)
{
    char *fold = text->fold;
    uint16_t *at = text->at;
    size_t len = 0;

    text->raw = raw;
    text->raw_len = raw_len = raw_len < READER_TEXT_MAX ? raw_len : READER_TEXT_MAX;
    for (size_t i = 0; i < raw_len;) {
        unsigned char byte = (unsigned char)raw[i];

        if (plain[byte] || (byte == ' ' && (len == 0 || fold[len - 1] != ' '))) {
            at[len] = (uint16_t)i++;
            fold[len++] = (char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
            continue;
        }
        uint32_t cp;
        size_t used = text_decode(raw + i, raw_len - i, &cp);
        uint32_t folded = cp == 0xFFFD || cp == 0 ? (uint32_t)' ' : fold_code_point(cp);

        /* Runs of blanks are one, so that names of two words are found across them. */
        if (folded == ' ' && len > 0 && fold[len - 1] == ' ')
            folded = 0;
        /* "you've" and "youve", "don't" and "dont" are one word each. */
        if (folded == '\'' && i + used < raw_len && is_letter(raw[i + used]) && len > 0 &&
            is_letter(fold[len - 1]))
            folded = 0;

        if (folded != 0) {
            char bytes[4];
            size_t n = encode(folded, bytes);

            /* A folded form is never longer than what it folds, so fold cannot overflow. */
            for (size_t k = 0; k < n && k < used; k++) {
                at[len] = (uint16_t)i;
                fold[len++] = bytes[k];
            }
        }
        i += used;
    }
    at[len] = (uint16_t)raw_len;
    fold[len] = '\0';
    text->len = len;
}

enum script text_script(uint32_t cp)
{
    if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') ||
        (cp >= 0xDF && cp < 0x250 && cp != 0xF7) || (cp >= 0x1E00 && cp < 0x1F00))
        return SCRIPT_LATIN;
    if ((cp >= 0x620 && cp <= 0x64A) || (cp >= 0x671 && cp <= 0x6D3))
        return SCRIPT_ARABIC;
    if (cp >= 0x400 && cp < 0x530)
        return SCRIPT_CYRILLIC;
    if (cp >= 0xE01 && cp <= 0xE4E && cp != 0xE3F)
        return SCRIPT_THAI;
    if (cp == 0x3005 || (cp >= 0x3041 && cp <= 0x30FF && cp != 0x30FB) ||
        (cp >= 0x3400 && cp < 0xA000))
        return SCRIPT_HAN;
    if (cp >= 0xAC00 && cp < 0xD7A4)
        return SCRIPT_HANGUL;
    if ((cp >= 0x370 && cp < 0x400) || (cp >= 0x531 && cp < 0x600) || (cp >= 0x900 && cp < 0xE00) ||
        (cp >= 0xE80 && cp < 0x1100) || (cp >= 0x1200 && cp < 0x1380) ||
        (cp >= 0x1780 && cp < 0x17D4))
        return SCRIPT_OTHER;
    return SCRIPT_NONE;
}
