"""People and sessions by SQL, in any number, as sign-up and login would have left them."""
import base64
import hashlib
import secrets
import uuid

PASSWORD = "a pass phrase of the bench"
ADD_PEOPLE = """
INSERT INTO auth.account (user_id, email, password_hash, created_at, updated_at)
SELECT gen_random_uuid(), 'p' || n || '@{domain}', '{hash}', now(), now() FROM generate_series(1, {count}) n;
INSERT INTO auth.account_email (email_key, user_id) SELECT email, user_id FROM auth.account
WHERE email LIKE '%@{domain}';
"""
# Such as nobody has a token for: what a large table is made of.
ADD_SESSIONS = """
INSERT INTO auth.session (user_id, session_id, created_at, last_used_at, rotated_at, expires_at, address,
    user_agent, generation, family_key, current_hashes, previous_hashes)
SELECT user_id, gen_random_uuid(), now(), now(), now(), now() + interval '30 days', '192.0.2.1', 'bench', 1,
    sha256(random()::text::bytea), sha256(random()::text::bytea), '' FROM auth.account, generate_series(1, {each})
WHERE email LIKE '%@{domain}';
"""


def hash_of(suite, user):
    """The stored hash of a person who signed up with PASSWORD: with the parameters in force."""
    return suite.sql(f"SELECT password_hash FROM auth.account WHERE user_id = '{user.id}'")


def add_people(suite, hashed, count, domain):
    suite.sql(ADD_PEOPLE.format(hash=hashed, count=count, domain=domain))
    return [f"p{n}@{domain}" for n in range(1, count + 1)]


def add_sessions(suite, domain, each):
    suite.sql(ADD_SESSIONS.format(domain=domain, each=each))


def refresh_tokens(suite, domain, count):
    """As many refresh tokens, each of a session of its own of the domain's people; none was used yet."""
    ids = suite.sql(f"SELECT user_id FROM auth.account WHERE email LIKE '%@{domain}'").split("\n")
    rows, tokens = [], []
    for number in range(count):
        user, session = uuid.UUID(ids[number % len(ids)]), uuid.uuid4()
        mark = secrets.token_bytes(16)
        token = user.bytes + session.bytes + (1).to_bytes(4, "big") + secrets.token_bytes(32) + mark
        tokens.append(base64.urlsafe_b64encode(token).decode().rstrip("="))
        rows.append("\t".join((str(user), str(session), "now", "now", "now", "2100-01-01", "192.0.2.1", "bench", "1",
                               "\\\\x" + hashlib.sha256(mark).hexdigest(), "\\\\x" + hashlib.sha256(token).hexdigest(),
                               "\\\\x")))
    suite.sql("COPY auth.session (user_id, session_id, created_at, last_used_at, rotated_at, expires_at, address, "
              "user_agent, generation, family_key, current_hashes, previous_hashes) FROM STDIN;\n"
              + "\n".join(rows) + "\n\\.\n")
    return tokens
