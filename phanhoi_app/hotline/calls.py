"""Calls as the switchboard tells them: in any order, twice, and with parts missing.

What everybody at the desk may read of a call is in Call Log; number and recording are in Caller, which no role reads.
A call's state follows from the times that are known, so that it comes out the same in whatever order they arrive.
"""

import hashlib
from datetime import datetime

import frappe
from frappe.utils import add_to_date, cint

from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.hotline import signals
from phanhoi_app.intake import receive
from phanhoi_app.rules import masks, phone
from phanhoi_app.rules.errors import RuleError

WAITING, TALKING, ENDED, MISSED = "Waiting", "Talking", "Ended", "Missed"
SWITCHBOARD, BY_HAND = "Switchboard", "By hand"
TIMES = ("started_at", "answered_at", "ended_at")
FACTS = ("name", "call_id", "state", "operator", "agent", "line", "has_recording", "caller_masked", *TIMES)
MOST_OF_A_CALL = 9  # complaints that one caller files in one call


def forget_old() -> None:
    """Delete numbers and recordings' addresses of calls older than the settings say (daily)."""
    days = cint(frappe.get_cached_doc("Hotline Settings").keep_days)
    if not days:
        return
    frappe.db.sql(
        """update tabCaller c join `tabCall Log` l on l.name = c.name
        set c.number = null, c.recording_url = null, l.has_recording = 0
        where l.started_at < %s and (c.number is not null or c.recording_url is not null)""",
        add_to_date(now(), days=-days),
    )


def name_of(call_id: str) -> str:
    """The name of the Call Log of a call, the same each time that it is told."""
    return hashlib.sha256(call_id.encode()).hexdigest()[:20]


def told(call: dict) -> None:
    """What the switchboard says of a call, as its adapter read it: times are texts in ISO 8601 (hook: calls_told)."""
    take_in({key: datetime.fromisoformat(value) if key in TIMES else value for key, value in call.items()})


def take_in(told: dict) -> str:
    """Note what the switchboard says of a call; returns the Call Log's name. The caller commits.

    `told`: call_id, caller, line, agent (texts), started_at, answered_at, ended_at (datetimes, local) and
    recording_url; all but the first may be missing. What is known already stays.
    """
    name = _ensure(told["call_id"], SWITCHBOARD, told.get("started_at"))
    before = of(name, lock=True)
    values = {key: told[key] for key in (*TIMES, "agent", "line") if told.get(key) and not before[key]}
    if before.source != BY_HAND and told.get("started_at"):
        values["started_at"] = told["started_at"]
    if told.get("caller"):
        values |= _number(name, told["caller"])
    if told.get("recording_url"):
        frappe.db.set_value("Caller", name, "recording_url", told["recording_url"])
        values["has_recording"] = 1
    ringing = operator_of(values.get("agent") or before.agent)
    if (values.get("answered_at") or before.answered_at) and ringing and not before.operator:
        values["operator"] = ringing
    values["state"] = _state({**before, **values})
    changed = {key: value for key, value in values.items() if value != before.get(key)}
    if changed:
        frappe.db.set_value("Call Log", name, changed)
        signals.queue_changed()
        if ringing and values["state"] in (WAITING, TALKING):
            signals.call_for(ringing)
    return name


def begin_by_hand(number: str, operator: str) -> str:
    """A call that no switchboard told of, taken by the operator who types the caller's number (or none)."""
    name = _ensure(f"hand-{frappe.generate_hash(length=20)}", BY_HAND, None)
    values = {"operator": operator, "answered_at": now(), "state": TALKING}
    if number:
        values |= _number(name, number)
    frappe.db.set_value("Call Log", name, values)
    return name


def of(name: str, lock: bool = False):
    """The facts of a call, its row locked on demand; None when there is none."""
    return frappe.db.get_value("Call Log", name, (*FACTS, "source", "filed"), as_dict=True, for_update=lock)


def operator_of(agent: str | None) -> str | None:
    """The account of whom the switchboard calls by that name."""
    if not agent:
        return None
    for row in frappe.get_cached_doc("Hotline Settings").agents:
        if row.agent.strip().lower() == agent.strip().lower():
            return row.user
    return frappe.db.get_value("User", {"name": agent, "enabled": 1})


def key_of(call_id: str, nth: int = 1) -> str:
    """The key under which the nth complaint of a call is filed: a double tap files once."""
    return f"call:{call_id}" if nth == 1 else f"call:{call_id}:{nth}"


def complaints_of(call_id: str) -> list[str]:
    """The numbers of the complaints that were filed in a call. Asks no permission: the caller does."""
    references = [receive.reference(key_of(call_id, nth)) for nth in range(1, MOST_OF_A_CALL + 1)]
    return [
        row[0]
        for row in frappe.db.sql(
            "select name from `tabComplaint` where channel = 'Phone' and external_reference in %s order by name",
            (references,),
        )
    ]


def number_of(name: str) -> str:
    """The caller's number; empty when it was hidden. Asks no permission: the caller does."""
    return frappe.db.get_value("Caller", name, "number") or ""


def _ensure(call_id: str, source: str, started_at: datetime | None) -> str:
    name, moment = name_of(call_id), now()
    row = {
        "name": name,
        "owner": "Administrator",
        "modified_by": "Administrator",
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
    }
    log = {"call_id": call_id, "source": source, "state": WAITING, "started_at": started_at or moment}
    # Whatever comes first makes it: two workers may be told of one call at the same moment.
    rows.insert(
        "Call Log",
        [row | log | {"filed": 0, "has_recording": 0}],
        ignore_duplicates=True,
    )
    rows.insert("Caller", [row], ignore_duplicates=True)
    return name


def _number(name: str, typed: str) -> dict:
    """Keep the caller's number where nobody reads it; returns its mask."""
    try:
        number = phone.normalise(typed)
    except RuleError:  # a hidden number, a service, an extension: kept as it came
        number = phone.compact(typed)[:40]
    frappe.db.set_value("Caller", name, "number", number)
    return {"caller_masked": masks.mask_phone(number)}


def _state(call: dict) -> str:
    taken = call.get("answered_at") or call.get("operator")
    if call.get("ended_at"):
        return ENDED if taken else MISSED
    return TALKING if taken else WAITING
