"""Refresh tokens: a stolen one that is used again ends the family; parallel use neither forks nor breaks it."""
import collections
import concurrent.futures

import psycopg2
import pytest
import requests
from person import User, eventually


@pytest.fixture
def person(stack):
    return User(stack.replica("auth").url)


def refresh(person, token, http=requests):
    return http.post(f"{person.url}/api/v1/auth/token/refresh", json={"refresh_token": token}, timeout=30)


def past_the_grace(stack, person):
    """As if the last rotation had been a minute ago."""
    connection = psycopg2.connect(stack.database.admin_dsn())
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("UPDATE auth.session SET rotated_at = rotated_at - interval '1 minute' WHERE user_id = %s",
                       (person.id,))
    connection.close()


def test_reuse_after_rotation_ends_the_family(stack, person):
    stolen = person.refresh_token
    followed = refresh(person, stolen).json()
    past_the_grace(stack, person)
    answer = refresh(person, stolen)
    assert answer.status_code == 401 and answer.json()["code"] == "refresh_token_reused"
    assert refresh(person, followed["refresh_token"]).status_code == 401, "the family has ended"
    for service, path in (("user", "/users/me"), ("expense", "/expenses"), ("deserialize", "/messages")):
        url = f"{stack.replica(service).url}/api/v1{path}"
        headers = {"Authorization": f"Bearer {followed['access_token']}"}
        eventually(lambda: requests.get(url, headers=headers, timeout=10).status_code == 401, deadline=5)


def test_two_at_once_within_the_grace_are_one_family(stack, person):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: refresh(person, person.refresh_token), range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    first, second = (answer.json()["refresh_token"] for answer in answers)
    moved_on = refresh(person, first)
    assert moved_on.status_code == 200
    past_the_grace(stack, person)
    assert refresh(person, second).json()["code"] == "refresh_token_reused", "brothers do not both live on"
    assert refresh(person, moved_on.json()["refresh_token"]).status_code == 401


def test_a_thousand_at_once_neither_fork_nor_deadlock(stack, person):
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=32))
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: refresh(person, person.refresh_token, session), range(1000)))
    seen = collections.Counter(answer.status_code for answer in answers)
    assert set(seen) <= {200, 401, 429, 503}, seen
    assert 1 <= seen[200] <= 8, seen
    tokens = {answer.json()["refresh_token"] for answer in answers if answer.status_code == 200}
    assert len(tokens) == seen[200]
    connection = psycopg2.connect(stack.database.admin_dsn())
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation, length(current_hashes) FROM auth.session WHERE user_id = %s", (person.id,))
        rows = cursor.fetchall()
    connection.close()
    assert len(rows) <= 1 and all(row[0] == 2 and row[1] <= 8 * 32 for row in rows), rows


def test_tokens_of_others_and_of_no_one(person):
    for wrong in ("", "x", "A" * 112, "A" * 113, "A" * 600, person.access_token, person.refresh_token[:-1],
                  person.refresh_token + "A", person.refresh_token[::-1], "' OR '1'='1"):
        answer = refresh(person, wrong)
        assert answer.status_code in (401, 422), (wrong, answer.status_code)
    assert refresh(person, person.refresh_token).status_code == 200, "and the good one still works"
