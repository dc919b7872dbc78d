#include "categories/category_defaults.h"

#include "base/mem.h"

// clang-format off
const struct category_default category_defaults[] = {
    {"groceries",     "Groceries",            "🛒", "#43a047"},
    {"dining",        "Eating out",           "🍽️", "#fb8c00"},
    {"transport",     "Transport",            "🚌", "#1e88e5"},
    {"fuel",          "Fuel",                 "⛽", "#6d4c41"},
    {"shopping",      "Shopping",             "🛍️", "#d81b60"},
    {"bills",         "Bills and utilities",  "💡", "#fdd835"},
    {"housing",       "Rent and housing",     "🏠", "#5e35b1"},
    {"health",        "Health",               "🩺", "#e53935"},
    {"entertainment", "Entertainment",        "🎬", "#8e24aa"},
    {"education",     "Education",            "🎓", "#3949ab"},
    {"travel",        "Travel",               "✈️", "#039be5"},
    {"insurance",     "Insurance",            "🛡️", "#546e7a"},
    {"investments",   "Investments",          "📈", "#00897b"},
    {"gifts",         "Gifts and donations",  "🎁", "#ec407a"},
    {"cash",          "Cash",                 "💵", "#7cb342"},
    {"fees",          "Fees and interest",    "🏦", "#757575"},
    {"salary",        "Salary",               "💼", "#2e7d32"},
    {"income",        "Other income",         "💰", "#558b2f"},
    {"transfer",      "Transfers",            "🔁", "#78909c"},
    {"other",         "Other",                "📦", "#9e9e9e"},
};
// clang-format on
const size_t category_default_count = LENGTH(category_defaults);
