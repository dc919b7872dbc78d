#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "categories/category.h"

#define A "01a20b38-0000-7000-8000-00000000000a"
#define B "01a20b38-0000-7000-8000-00000000000b"
#define C "01a20b38-0000-7000-8000-00000000000c"
#define D "01a20b38-0000-7000-8000-00000000000d"
#define E "01a20b38-0000-7000-8000-00000000000e"
#define F "01a20b38-0000-7000-8000-00000000000f"
#define G "01a20b38-0000-7000-8000-000000000010"

/* A > B > C > D, E > F, G alone. */
static struct category rows[] = {
    {.id = A},
    {.id = B, .parent_id = A},
    {.id = C, .parent_id = B},
    {.id = D, .parent_id = C},
    {.id = E},
    {.id = F, .parent_id = E},
    {.id = G},
};
static const struct category_tree tree = {rows, LENGTH(rows)};

/* The code of the first error, or "". */
static const char *code_of(const struct fields *fields)
{
    const char *code =
        json_string_value(json_object_get(json_array_get(fields->errors, 0), "code"));
    return code != NULL ? code : "";
}

static void expect_move(const char *id, const char *parent_id, const char *want)
{
    scoped(fields_fini) struct fields fields = {0};
    assert_int_equal(category_may_be_below(&tree, id, parent_id, &fields), *want == '\0');
    assert_string_equal(code_of(&fields), want);
}

static void a_tree_has_no_cycles(void **state)
{
    (void)state;
    expect_move(A, A, "category_cycle");
    expect_move(A, D, "category_cycle");
    expect_move(B, "01A20B38-0000-7000-8000-00000000000D", "category_cycle");
    expect_move(D, A, "");
    expect_move(B, NULL, "");
}

static void a_tree_has_six_levels(void **state)
{
    (void)state;
    expect_move(G, D, "");
    expect_move(E, D, "");
    expect_move(A, F, "");
    expect_move(NULL, D, "");
    rows[6].parent_id = D;
    expect_move(E, G, "too_deep");
    expect_move(NULL, G, "");
    rows[4].parent_id = D;
    expect_move(NULL, F, "too_deep");
    rows[4].parent_id = rows[6].parent_id = NULL;
}

static void only_ones_own_can_be_parents(void **state)
{
    (void)state;
    expect_move(NULL, "01a20b38-0000-7000-8000-000000000099", "category_unknown");
}

static void expect_read(const char *text, enum category_input_kind kind, const char *want_pointers,
                        unsigned want_given)
{
    scoped(json_drop) json_t *body = json_loads(text, 0, NULL);
    scoped(fields_fini) struct fields fields = {0};
    struct category category;
    unsigned given;
    char pointers[200] = "";
    size_t i;
    json_t *error;
    category_read(body, kind, &category, &given, &fields);
    json_array_foreach(fields.errors, i, error)
    {
        strcat(pointers, json_string_value(json_object_get(error, "pointer")));
    }
    assert_string_equal(pointers, want_pointers);
    assert_int_equal(given, want_given);
}

static void reads_what_is_given(void **state)
{
    (void)state;
    expect_read("{\"name\":\"Pets\",\"colour\":\"#Aa00ff\"}", CATEGORY_CREATE, "",
                CATEGORY_NAME | CATEGORY_COLOUR);
    expect_read("{}", CATEGORY_CREATE, "/name", 0);
    expect_read("{}", CATEGORY_PATCH, "", 0);
    expect_read("{\"parent_id\":null,\"icon\":null,\"colour\":null,\"position\":3}", CATEGORY_PATCH,
                "", CATEGORY_PARENT | CATEGORY_ICON | CATEGORY_COLOUR | CATEGORY_POSITION);
}

static void colours_are_told_in_lower_case(void **state)
{
    (void)state;
    const struct category given = {.id = "c", .name = "Pets", .icon = "", .colour = "#Aa00FF"};
    scoped(json_drop) json_t *json = category_to_json(&given);

    assert_string_equal(json_string_value(json_object_get(json, "colour")), "#aa00ff");
}

static void refuses_every_wrong_field(void **state)
{
    (void)state;
    expect_read("{\"name\":null,\"position\":null}", CATEGORY_PATCH, "/name/position", 0);
    expect_read("{\"name\":\" \\t\",\"parent_id\":\"x\",\"colour\":\"red\",\"position\":-1,"
                "\"icon\":\"\",\"size\":1}",
                CATEGORY_CREATE, "/size/name/parent_id/icon/colour/position", 0);
    expect_read("{\"name\":\"x\",\"colour\":\"#12345\"}", CATEGORY_CREATE, "/colour",
                CATEGORY_NAME);
    expect_read("{\"name\":\"x\",\"colour\":\"#12345g\"}", CATEGORY_CREATE, "/colour",
                CATEGORY_NAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_has_no_cycles),
        cmocka_unit_test(a_tree_has_six_levels),
        cmocka_unit_test(only_ones_own_can_be_parents),
        cmocka_unit_test(reads_what_is_given),
        cmocka_unit_test(colours_are_told_in_lower_case),
        cmocka_unit_test(refuses_every_wrong_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
