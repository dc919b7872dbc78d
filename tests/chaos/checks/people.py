"""What services keep of people equals its source: profiles wherever they are copied, and which sessions
are over in every replica."""
import base64
import json
import time

from ..client import Client
from .rows import select

PROFILES = "SELECT user_id::text, base_currency, time_zone, month_start FROM users.profile WHERE deleted_at IS NULL"
OWNERS = "SELECT user_id::text, base_currency, time_zone, month_start FROM expense.owner WHERE deleted_at IS NULL"
PERSONS = "SELECT user_id::text, base_currency, time_zone FROM deserialize.person WHERE NOT deleted"
PATHS = {"auth": "/auth/sessions", "user": "/users/me", "expense": "/expenses?limit=1",
         "deserialize": "/messages?limit=1"}
PATIENCE = 10  # seconds within which the end of a session is known everywhere


def check(site, verdict):
    profiles, owners, persons = ({row[0]: row[1:] for row in select(site, sql)} for sql in (PROFILES, OWNERS, PERSONS))
    for account in site.book.accounts.values():
        verdict.check("profiles")
        profile = profiles.get(account.id)
        if profile is None:
            verdict.add("lost", f"no profile of {account.id}, who signed up")
            continue
        if owners.get(account.id) != profile:
            verdict.add("lost", f"profile of {account.id} is {profile}, expense-service has {owners.get(account.id)}")
        if persons.get(account.id) != profile[:2]:
            verdict.add("lost", f"profile of {account.id} is {profile}, deserialize-service has "
                                f"{persons.get(account.id)}")
        _check_preferences(account, profile, verdict)
    _check_tokens(site, verdict)


def _check_preferences(account, profile, verdict):
    told = [wanted for wanted in (account.preferences, account.preferences_maybe) if wanted]
    if account.preferences and {"base_currency": profile[0], "time_zone": profile[1]} not in told:
        verdict.add("lost", f"preferences of {account.id} are {profile}, told was {told}")


def _expires(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["exp"]


def _check_tokens(site, verdict):
    soon = time.time() + PATIENCE + 20
    for account in site.book.accounts.values():
        for tokens, status in ((account.ended_tokens, 401), (account.live_tokens, 200)):
            for token in tokens:
                if _expires(token) > soon:
                    _check_token(site, token, status, account.id, verdict)


def _check_token(site, token, wanted, user, verdict):
    for (service, number), replica in site.stack.replicas.items():
        verdict.check("tokens at replicas")
        client = Client(replica.url, None, lambda: True)
        client.token, deadline, status = token, time.monotonic() + PATIENCE, None
        while status != wanted and time.monotonic() < deadline:
            answer = client.send("GET", f"/api/v1{PATHS[service]}")
            status = answer.status if answer else None
            time.sleep(0 if status == wanted else 0.2)
        client.close()
        if status != wanted:
            over = "is over" if wanted == 401 else "goes on"
            verdict.add("lost", f"a session of {user} {over}, {service}-service-{number} answers {status}")
