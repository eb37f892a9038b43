"""A day off that moves the due time of every open complaint: complaints a second in the background, and what a list of
the desk costs meanwhile.

The complaints are copies of some that went through the app, received over the last ten days: each with its citizen,
holders, events chained by `history.record`, and clocks (two that run, one that is over).
"""

import contextlib
import multiprocessing
import resource
import time
from collections.abc import Callable
from datetime import timedelta

import frappe

from benchmarks import over_http, province
from benchmarks.million import measure as desk
from benchmarks.million import units
from phanhoi_app.custody import perform
from phanhoi_app.history import record
from phanhoi_app.history.now import as_of
from phanhoi_app.insight import digest, kept
from phanhoi_app.intake.receive import receive
from phanhoi_app.sla import changes

CALENDAR, POLICY = "Giờ đo", "Thời hạn đo"
WORKERS = 2
ORIGINALS, PART = 40, 2_000
PAUSE = 0.25  # seconds between two requests of the list
COPIED = ("Complaint", "Complainant", "Custody", "Complaint Clock")
THIRTY_DAYS = {"amount": 30, "unit": "Working days", "start_rule": "Next working day"}
ROWS = (
    {"clock": "resolve", **THIRTY_DAYS},
    {
        "clock": "publish",
        **THIRTY_DAYS,
        "runs_in": "new, screening, assigned, processing, approval, answered, closed",
        "pauses_in": "waiting",
        "stops_in": "refused, redirected, merged",
        "stopped_by": "publish, withhold",
        "started_by": "reopen",
    },
    {"clock": "screen", "amount": 8, "unit": "Working hours", "start_rule": "Next working moment"},
)


def measure(
    count: int, processes: Callable[[], list[int]], tell: Callable[[str], None] = print
) -> list[dict]:
    """[{name, complaints, build_seconds, moved, told, seconds, per_second, list_p50_ms, list_p95_ms, digest_seconds,
    report_seconds}]; `core_ms` besides: what a complaint costs of all cores together, the database's share included, which
    tells what a machine can do also where other work took part of it meanwhile. `processes`: the data servers' ids.

    Leaves the complaints to `province.clear`; calendar and policy are as before.
    """
    with deadlines():
        begun = time.monotonic()
        build(count, tell)
        built = time.monotonic() - begun
        tell(f"{count:,} built in {built:,.0f} s; a day off is set …")
        calendar = frappe.get_doc("Working Calendar", CALENDAR)
        calendar.append("days_off", {"day": _a_working_day(), "description": "Nghỉ đo"})
        calendar.save()
        frappe.db.commit()
        change = frappe.get_last_doc("Calendar Change").name
        before = _core_seconds(processes())
        times, seconds = _carry_out(tell, change)
        core = _core_seconds(processes()) - before
        done = frappe.get_doc("Calendar Change", change)
        row = {
            "name": f"A day off, {WORKERS} workers",
            "complaints": count,
            "build_seconds": round(built),
            "moved": done.moved,
            "told": frappe.db.count("Message", {"event": "deadline_moved"}),
            "seconds": round(seconds, 1),
            "per_second": round(done.moved / seconds),
            "core_ms": round(1000 * core / max(done.moved, 1), 2),
            **_percentiles(times),
            **_figures(tell),
        }
        frappe.db.delete("Calendar Change Part", {"parent": change})
        frappe.db.delete("Calendar Change", {"name": change})
    return [row]


@contextlib.contextmanager
def deadlines():
    """A calendar and a policy of their own in the settings, and the old ones again."""
    hours = (("07:30:00", "11:30:00"), ("13:30:00", "17:00:00"))
    shifts = [
        {"weekday": day, "start_time": start, "end_time": end}
        for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
        for start, end in hours
    ]
    for doctype, name in (("Working Calendar", CALENDAR), ("Deadline Policy", POLICY)):
        frappe.delete_doc_if_exists(doctype, name, force=True)
    frappe.get_doc({"doctype": "Working Calendar", "calendar_name": CALENDAR, "shifts": shifts}).insert()
    frappe.get_doc({"doctype": "Deadline Policy", "policy_name": POLICY, "rows": list(ROWS)}).insert()
    settings = frappe.get_doc("Phanhoi Settings")
    before = {name: settings.get(name) for name in ("working_calendar", "deadline_policy")}
    settings.update({"working_calendar": CALENDAR, "deadline_policy": POLICY}).save()
    frappe.db.delete("Calendar Change")
    frappe.db.commit()
    try:
        yield
    finally:
        frappe.get_doc("Phanhoi Settings").update(before).save()
        frappe.db.delete("Calendar Change")
        frappe.db.commit()


def _a_working_day():
    day = frappe.utils.getdate() + timedelta(days=3)
    return day + timedelta(days=2 if day.weekday() > 4 else 0)


def build(count: int, tell: Callable[[str], None]) -> None:
    """So many open complaints, copies of some that went through the app. Commits."""
    units.ensure()
    now = frappe.utils.now_datetime().replace(microsecond=0)
    originals = [_original(now - timedelta(hours=6 * number + 2)) for number in range(ORIGINALS)]
    frappe.db.sql("set session unique_checks = 0, foreign_key_checks = 0")
    each = count // len(originals)
    for place, name in enumerate(originals):
        wanted = each + (place < count % len(originals)) - 1  # the original is one of them
        for first in range(0, wanted, PART):
            _copy(name, [f"{name}-{n:06d}" for n in range(first, min(first + PART, wanted))])
        tell(f"{(place + 1) * each:,} of {count:,}")
    for doctype in (*COPIED, "Complaint Event"):
        frappe.db.sql(f"analyze table `tab{doctype}`")


def _original(at) -> str:
    values = dict(province.COMPLAINT)
    with as_of(at):
        complaint = receive(values, channel="Web")
    frappe.set_user("Administrator")
    with as_of(at + timedelta(minutes=40)):
        perform.perform_verb(complaint.name, "assign", {"agency": units.commune(0)})
    frappe.db.commit()
    return complaint.name


def _copy(name: str, copies: list[str]) -> None:
    frappe.db.sql("create temporary table if not exists copies (name varchar(140) primary key)")
    frappe.db.sql("delete from copies")
    places = ", ".join(["(%s)"] * len(copies))
    frappe.db.sql(f"insert into copies values {places}", copies)  # noqa: S608
    for doctype in COPIED:
        column = "name" if doctype in ("Complaint", "Complainant") else "complaint"
        # Of a random key it is the copy's own, of a readable one the copy's number with the same ending.
        ours = {"name": "n.name", "complaint": "n.name", "external_reference": "null"}
        if doctype == "Custody":
            ours["name"] = "left(md5(concat(n.name, o.name)), 10)"
        if doctype == "Complaint Clock":
            ours["name"] = "concat(n.name, substr(o.name, length(o.complaint) + 1))"
        ours["tracking_code"] = "left(upper(md5(n.name)), 13)"
        columns = frappe.db.get_table_columns(doctype)
        taken = ", ".join(ours.get(each, f"o.`{each}`") for each in columns)
        listed = ", ".join(f"`{each}`" for each in columns)
        frappe.db.sql(
            f"""insert into `tab{doctype}` ({listed}) select {taken} from `tab{doctype}` o, copies n
            where o.`{column}` = %s""",  # noqa: S608 - names of our own columns
            name,
        )
    events = frappe.get_all(
        "Complaint Event",
        filters={"complaint": name},
        fields=["kind", "at", "changes", "reason", "public_note", "actor_role"],
        order_by="sequence",
    )
    rows, ends = [], []
    for copy in copies:
        row = {"hash": ""}
        for number, each in enumerate(events, 1):
            told = record.Event(each.kind, each.reason, each.public_note, each.actor_role, each.at)
            row = record.build(copy, told, frappe.parse_json(each.changes), number, row["hash"])
            rows.append(row)
        ends.append(row)
    for start in range(0, len(rows), PART):
        record.insert(rows[start : start + PART])
    frappe.db.sql(
        """update `tabComplaint` c join `tabComplaint Event` e on e.complaint = c.name and e.sequence = %s
        set c.event_count = e.sequence, c.last_hash = e.hash where c.name in %s""",
        (len(events), copies),
    )
    frappe.db.commit()


def _carry_out(tell: Callable[[str], None], change: str) -> tuple[list[float], float]:
    """Have workers carry the change out, asking for the list meanwhile: (milliseconds each, seconds in all)."""
    frappe.db.commit()
    frappe.db.close()
    begun = time.monotonic()
    forked = multiprocessing.get_context("fork")
    workers = [forked.Process(target=_worker) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    frappe.connect(set_admin_as_user=False)
    times, told = [], time.monotonic()
    while any(worker.is_alive() for worker in workers):
        frappe.set_user(units.officer(units.commune(0)))
        if hasattr(frappe.local, "request_cache"):
            frappe.local.request_cache.clear()
        one = time.perf_counter()
        desk.questions()["list"]()
        times.append((time.perf_counter() - one) * 1000)
        frappe.db.rollback()
        if time.monotonic() - told > 15:
            told = time.monotonic()
            moved = frappe.db.get_value("Calendar Change", change, "moved")
            tell(f"{moved:,} moved, {moved / (told - begun):,.0f} a second")
        time.sleep(PAUSE)
    seconds = time.monotonic() - begun
    for worker in workers:
        worker.join()
    frappe.set_user("Administrator")
    frappe.db.rollback()
    changes.execute()  # what nobody was left for
    return times, seconds


def _figures(tell: Callable[[str], None]) -> dict:
    """Seconds that the daily digest's statements take when all is overdue, and the report when all is answered."""
    tell("The digest, the report …")
    later = frappe.utils.now_datetime() + timedelta(days=90)
    begun = time.monotonic()
    due = digest.due_of(later)
    digested = time.monotonic() - begun
    assert sum(each.overdue for each in due.values()) == frappe.db.count("Complaint")
    frappe.db.sql(
        """update `tabComplaint Clock` set state = 'Stopped', stopped_on = least(due_on, now())
        where clock = 'resolve'"""
    )
    frappe.db.commit()
    today = frappe.utils.getdate()
    asked = kept.Asked(today - timedelta(days=365), today + timedelta(days=1))
    begun = time.monotonic()
    kept.count(asked, "Administrator")
    kept.shares(asked, "Administrator")
    return {"digest_seconds": round(digested, 1), "report_seconds": round(time.monotonic() - begun, 1)}


def _worker() -> None:
    frappe.connect(set_admin_as_user=False)
    frappe.set_user("Administrator")
    changes.execute()
    frappe.db.commit()


def _core_seconds(servers: list[int]) -> float:
    """Processor time of the data servers, and of the workers that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return over_http.core_seconds(servers) + ended.ru_utime + ended.ru_stime


def _percentiles(times: list[float]) -> dict:
    ordered = sorted(times) or [0.0]
    at = lambda share: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)  # noqa: E731
    return {"list_times": len(times), "list_p50_ms": at(0.5), "list_p95_ms": at(0.95)}
