#include "categories/category_defaults.h"

#include "base/mem.h"

// clang-format off
const struct category_default category_defaults[] = {
    {"groceries",     "Groceries"},
    {"dining",        "Eating out"},
    {"transport",     "Transport"},
    {"fuel",          "Fuel"},
    {"shopping",      "Shopping"},
    {"bills",         "Bills and utilities"},
    {"housing",       "Rent and housing"},
    {"health",        "Health"},
    {"entertainment", "Entertainment"},
    {"education",     "Education"},
    {"travel",        "Travel"},
    {"insurance",     "Insurance"},
    {"investments",   "Investments"},
    {"gifts",         "Gifts and donations"},
    {"cash",          "Cash"},
    {"fees",          "Fees and interest"},
    {"salary",        "Salary"},
    {"income",        "Other income"},
    {"transfer",      "Transfers"},
    {"other",         "Other"},
};
// clang-format on
const size_t category_default_count = LENGTH(category_defaults);
