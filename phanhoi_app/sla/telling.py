"""Tells those concerned of steps that were given: one message to each, whatever it is about.

Whom a step names is found out at the moment of telling, and nobody is told of a complaint that he may not see. That
somebody is still to be told stands on the step itself, taken away in the transaction that writes the messages: so
nobody is told twice, and nobody is forgotten when the machine stops between the two.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import frappe

from phanhoi_app.access import roles, scope
from phanhoi_app.custody import transfer
from phanhoi_app.history import locks
from phanhoi_app.history.now import now
from phanhoi_app.messaging import notices, outbox
from phanhoi_app.rules import escalation, phone, traces

ONE, MANY = "reminded", "reminder_digest"
AT_ONCE = 200_000  # steps told of in one transaction
NOT_LONGER = timedelta(minutes=5)  # that telling waits for the last step that is due
SHOWN = 20  # complaints named for each thing that a message tells


class Person(NamedTuple):
    """Whom to tell, and the mobile number that the agency keeps for him."""

    user: str
    mobile: str = ""


def tell_all() -> int:
    """Tell of all that was given, once nothing is due any more; returns how many messages. Commits."""
    with _the_only_one() as mine:
        return _tell_what_is_given() if mine else 0


@contextmanager
def _the_only_one() -> Iterator[bool]:
    """Whether no other process tells at this moment: two would each take a part, and write twice to a person."""
    name = f"{frappe.conf.db_name}-telling"[:64]
    mine = bool(frappe.db.sql("select get_lock(%s, 0)", name)[0][0])
    try:
        yield mine
    finally:
        if mine:
            frappe.db.sql("do release_lock(%s)", name)


def _tell_what_is_given() -> int:
    if not _is_time():
        frappe.db.commit()
        return 0
    told = 0
    while True:
        try:
            rows = _claim()
            told += _tell(rows)
            frappe.db.commit()
        except Exception as error:
            frappe.db.rollback()
            if not locks.lost_to_another(error):
                raise
            return told  # the next minute tells
        if len(rows) < AT_ONCE:
            return told


def people(target: str, agency: str | None, officer: str | None = None) -> list[Person]:
    """Whom a step names by one of `escalation.TARGETS`, for a complaint that this agency (and officer) holds."""
    if target == escalation.OFFICER:
        own = _members(agency, "Officer")
        return [each for each in own if each.user == officer] or ([Person(officer)] if officer else own)
    if target == escalation.LEADER:
        return _members(agency, "Leader")
    if target == escalation.ABOVE:
        above = agency and frappe.get_cached_value("Agency", agency, "parent_agency")
        while above and not _members(above, "Leader"):
            above = frappe.get_cached_value("Agency", above, "parent_agency")
        return _members(above, "Leader")
    if target == escalation.COORDINATOR:
        return _members(transfer.screening_agency(), "Coordinator") or _with_role(roles.COORDINATOR)
    if target == escalation.SUPERVISOR:
        return _with_role(roles.SUPERVISOR)
    office = frappe.get_cached_doc("Phanhoi Settings").chairman_office
    return _members(office, "Leader", "Officer", "Coordinator")


def letters(person: Person, channels: Iterable[str], values: dict) -> list[dict]:
    """What is written to a person by these channels; by none that does not reach him."""
    account = frappe.get_cached_value("User", person.user, ["enabled", "email", "mobile_no"], as_dict=True)
    if not account or not account.enabled:
        return []
    mobile = person.mobile or account.mobile_no or ""
    reached = {
        "Desk": person.user,
        "SMS": mobile if _is_mobile(mobile) else "",
        "E-mail": account.email if "@" in (account.email or "") else "",
    }
    letter = {"audience": "Officer", "values": values, "recipient_user": person.user}
    return [letter | {"channel": each, "recipient": reached[each]} for each in channels if reached[each]]


def _is_mobile(number: str) -> bool:
    try:
        return phone.is_mobile(number)
    except phone.PhoneError:
        return False


def _is_time() -> bool:
    """Whether somebody is to be told, and no step is due any more (of another sweep's batch neither)."""
    oldest = frappe.db.sql("select min(given_on) from `tabEscalation` where told = 0")[0][0]
    if oldest is None:
        return False
    due = frappe.db.sql("select name from `tabComplaint Clock` where next_event_on <= %s limit 1", (now(),))
    return not due or now() - oldest > NOT_LONGER


def _claim() -> list:
    return frappe.db.sql(
        """select name, complaint, said, agency, officer, targets, channels from `tabEscalation`
        where told = 0 order by at, name limit %s for update skip locked""",
        (AT_ONCE,),
        as_dict=True,
    )


def _tell(rows: list) -> int:
    if not rows:
        return 0
    by_person, told_to = _whom(rows), dict.fromkeys((row.name for row in rows), 0)
    for person, theirs in list(by_person.items()):
        seen = scope.seen_of(sorted({row.complaint for row in theirs}), person.user)
        by_person[person] = [row for row in theirs if row.complaint in seen]
        for row in by_person[person]:
            told_to[row.name] += 1
    told = [
        (person, channel, mine)
        for person, theirs in by_person.items()
        for channel in ("Desk", "SMS", "E-mail")
        if (mine := [row for row in theirs if channel in row.channels.split(",")])
    ]
    complaints = _complaints(sorted({rows[0].complaint for *_to, rows in told if _about_one(rows)}))
    messages = []
    for person, channel, mine in told:
        try:
            messages.append(_message(person, channel, mine, complaints))
        except Exception as error:  # a broken template, say: it must not keep the others from being told
            frappe.log_error(title=f"Reminder to {person.user}", message=traces.without_values(error))
    written = outbox.queue_many(messages)
    _mark(told_to)
    return written


def _whom(rows: list) -> dict[Person, list]:
    """{person: the rows of which he is to be told, each once}"""
    known: dict[tuple, list[Person]] = {}
    found: dict[Person, list] = {}
    for row in rows:
        told: dict[str, Person] = {}
        for target in row.targets.split():
            key = (target, row.agency, row.officer if target == escalation.OFFICER else None)
            if key not in known:
                known[key] = people(*key)
            for person in known[key]:
                if person.mobile or person.user not in told:
                    told[person.user] = person
        for person in told.values():
            found.setdefault(person, []).append(row)
    return found


def _message(person: Person, channel: str, rows: list, complaints: dict) -> tuple:
    occasion = hashlib.sha256(" ".join(row.name for row in rows).encode()).hexdigest()[:12]
    if _about_one(rows):
        complaint = complaints[rows[0].complaint]
        note = "; ".join(dict.fromkeys(row.said for row in rows))
        values = notices.values_for_officers(complaint, note)
        written = letters(person, [channel], values)
        return complaint, ONE, occasion, written
    count = len({row.complaint for row in rows})
    values = notices.values_for_many(count, _listed(rows))
    written = letters(person, [channel], values)
    return None, MANY, occasion, written


def _listed(rows: list) -> str:
    """A line for each thing that has come due, with the complaints' numbers."""
    by_said: dict[str, list[str]] = {}
    for row in rows:
        by_said.setdefault(row.said, []).append(row.complaint)
    lines = []
    for said, names in by_said.items():
        more = f" … (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
        lines.append(f"{said} ({len(names)}): {', '.join(names[:SHOWN])}{more}")
    return "\n".join(lines)


def _about_one(rows: list) -> bool:
    return all(row.complaint == rows[0].complaint for row in rows)


def _complaints(names: list[str]) -> dict:
    """{name: row} of what a message about one complaint tells of it."""
    found = {}
    for start in range(0, len(names), 5_000):
        rows = frappe.db.sql(
            "select name, title, agency, field, due_on, reply_by from `tabComplaint` where name in %s",
            (names[start : start + 5_000],),
            as_dict=True,
        )
        found |= {row.name: row for row in rows}
    return found


def _mark(told_to: dict[str, int]) -> None:
    by_number: dict[int, list[str]] = {}
    for name, number in told_to.items():
        by_number.setdefault(number, []).append(name)
    for number, names in by_number.items():
        for start in range(0, len(names), 5_000):
            frappe.db.sql(
                "update `tabEscalation` set told = 1, told_to = %s where name in %s",
                (number, names[start : start + 5_000]),
            )


def _members(agency: str | None, *duties: str) -> list[Person]:
    if not agency:
        return []
    members = frappe.get_cached_doc("Agency", agency).members
    return [Person(row.user, row.phone or "") for row in members if row.duty in duties]


def _with_role(role: str) -> list[Person]:
    users = frappe.db.sql_list(
        """select distinct u.name from `tabUser` u join `tabHas Role` r on r.parent = u.name and r.parenttype = 'User'
        where r.role = %s and u.enabled = 1 order by u.name""",
        role,
    )
    return [Person(user) for user in users]
