"""Bank texts and the events that carry them, as many as wanted, no two alike. All names are invented."""
import hashlib
import itertools
import json
import secrets
import time

BANKS = ("EXBANK", "NORTHB", "SUNTRB", "RIVERB", "UNITYB", "METROB", "HARBRB", "CITADB", "ORCHDB", "PILOTB")
SHOPS = ("NEWS STAND", "GREEN GROCER", "BOOK CORNER", "CITY PHARMACY", "CORNER BAKERY", "METRO CABS", "FILM HOUSE",
         "FRESH MART", "HILLTOP CAFE", "TOOL BARN", "SHOE WORLD", "PET PALACE", "GARDEN DEPOT", "RAIL TICKETS",
         "PHONE PLUS", "GYM CLUB", "TOY BOX", "MUSIC DEN", "FUEL POINT", "HOTEL PARK")
FORMS = (
    "INR {amount} spent on card XX{card} at {shop} on {day}. Ref {ref}",
    "Rs.{amount} debited from A/c XX{card} on {day} to {shop}. UPI Ref {ref}. Avl bal Rs.{balance}",
    "Your A/c XX{card} is debited with INR {amount} on {day} at {shop}. Ref No {ref}",
    "Alert: You have spent Rs {amount} at {shop} using card ending {card} on {day}. Txn ref {ref}",
    "INR {amount} paid to {shop} from account XX{card} on {day}. Reference {ref}. Balance INR {balance}",
    "Purchase of INR {amount} at {shop} with debit card XX{card} on {day}. Ref {ref}",
)
DAY, OCCURRED = "21-11-26", "2026-11-21T00:00:00Z"
_numbers = itertools.count(secrets.randbelow(10**6) * 10**6)


def uuid_at(number):
    """A UUIDv7-like id that ascends with its number and comes once."""
    digest = hashlib.md5(str(number).encode()).hexdigest()
    return f"019a{number % 16**8:08x}"[:8] + f"-{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"


def fields(number):
    """What one text is about, all of it following from its number."""
    return {"amount": f"{1 + number % 4999}.{number % 100:02d}", "card": f"{1000 + number % 7}",
            "shop": SHOPS[number % len(SHOPS)], "ref": f"{700000000000 + number}", "day": DAY,
            "balance": f"{10000 + number % 90000}.00"}


def body(number):
    return FORMS[number % len(FORMS)].format(**fields(number))


def envelope(kind, source, user, sequence, number, data):
    """A CloudEvent as the daemons write it."""
    return json.dumps({
        "specversion": "1.0", "id": uuid_at(number * 2 + 1), "source": source, "type": kind,
        "subject": data["message_id"], "time": _now(), "datacontenttype": "application/json",
        "userid": user, "correlationid": uuid_at(number * 2),
        "sequence": sequence, "data": data}, separators=(",", ":"))


def _now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def received(user, sequence, number):
    return envelope("message.received", "deserialize-service", user, sequence, number, {
        "message_id": uuid_at(number * 2), "channel": "sms", "sender": f"VM-{BANKS[number % len(BANKS)]}",
        "body": body(number), "received_at": _now()})


def parsed(user, sequence, number):
    about = fields(number)
    return envelope("transaction.parsed", "deserialize-service", user, sequence, number, {
        "message_id": uuid_at(number * 2), "amount": about["amount"], "currency": "INR", "direction": "debit",
        "class": "purchase", "merchant_raw": about["shop"], "merchant": about["shop"].title(),
        "account": {"bank": BANKS[number % len(BANKS)], "last4": about["card"], "type": "card"}, "channel": "card",
        "reference": about["ref"], "balance": about["balance"], "occurred_at": OCCURRED, "occurred_at_certain": False,
        "fingerprint": hashlib.sha256(about["ref"].encode()).hexdigest(), "revision": 1, "parser": "bench",
        "confidence": 95, "needs_review": False})


def write_records(path, make, users, count):
    """A file of records (key, tab, value) for kafka_load: the users' events in turn."""
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):
            user = users[i % len(users)]
            out.write(f"{user}\t{make(user, 1 + i // len(users), next(_numbers))}\n")
    return path
