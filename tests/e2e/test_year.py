"""A person's year through the gateway, its sums held against the books of the one who lived it."""
from year import life, walk


def test_a_year_of_texts_gives_the_sums_of_its_books(stack):
    assert walk.main(stack.url) == 0


def test_the_books_find_a_wrong_sum():
    odds = walk.Odds()
    odds.expect("2025-01 EUR", ("1.00", "0.00"), ("1.01", "0.00"))
    assert odds.found


def test_the_year_is_the_same_each_time_and_as_large_as_a_year():
    first, again = life.Year(2025), life.Year(2025)
    assert [text.body for text in first.texts] == [text.body for text in again.texts]
    assert len(first.texts) >= 2000 and sum(text.lost for text in first.texts) == 1
