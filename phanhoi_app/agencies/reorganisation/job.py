"""A reorganisation in the background: begun on its day, its progress told live, taken up again after a crash."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.translate import get_user_lang
from frappe.utils import add_days, getdate, now_datetime, today

from phanhoi_app.agencies.reorganisation import checks, complaints, pointers, preview, units
from phanhoi_app.agencies.reorganisation.errors import ReorganisationRefused
from phanhoi_app.agencies.reorganisation.plan import Plan, of
from phanhoi_app.custody import phases
from phanhoi_app.history import locks

DOCTYPE = "Reorganisation"
EVENT = "reorganisation"  # of realtime, in the document's room
TIMEOUT = 3 * 3600  # seconds
DRAFT, PREVIEWED, CONFIRMED = "Draft", "Previewed", "Confirmed"
RUNNING, TO_DECIDE, DONE, FAILED = "Carrying Out", "To Decide", "Done", "Failed"
# While it is one of these, the document may be changed and thrown away.
OPEN = (DRAFT, PREVIEWED)


def start(name: str) -> None:
    """Put it into the queue; a second job for it ends at once."""
    frappe.enqueue(
        "phanhoi_app.agencies.reorganisation.job.execute",
        queue="long",
        timeout=TIMEOUT,
        enqueue_after_commit=True,
        job_id=f"reorganisation-{name}",
        deduplicate=True,
        name=name,
    )


def begin_due() -> None:
    """Start what takes effect today, and what a crash left behind (scheduler: each minute)."""
    if is_busy():
        return
    for name in frappe.db.sql_list(
        """select name from `tabReorganisation` where status = %s or (status = %s and effective_on <= %s)
        order by effective_on, confirmed_on""",
        (RUNNING, CONFIRMED, today()),
    ):
        start(name)


def look_after() -> None:
    """Take up again what is done but got a complaint afterwards: one that came in while its agency was being closed
    (scheduler: hourly)."""
    late = frappe.db.sql_list(
        """select distinct agency.name from `tabAgency` agency join `tabComplaint` complaint
            on complaint.agency = agency.name and complaint.phase in %s
        where agency.valid_to < %s""",
        (phases.OPEN, today()),
    )
    names = frappe.get_all(
        DOCTYPE,
        filters=[
            [DOCTYPE, "status", "=", DONE],
            [DOCTYPE, "finished_on", ">", add_days(now_datetime(), -30)],
            ["Reorganisation Source", "agency", "in", late or [""]],
        ],
        pluck="name",
        distinct=True,
    )
    for name in names:
        frappe.db.set_value(DOCTYPE, name, "status", RUNNING, update_modified=False)
        start(name)


def execute(name: str) -> None:
    """Carry it out, from the beginning or from where it stopped (background job)."""
    with _alone() as mine:
        if not mine:
            return
        doc = frappe.get_doc(DOCTYPE, name)
        if doc.status not in (CONFIRMED, RUNNING) or getdate(doc.effective_on) > getdate(today()):
            return
        frappe.set_user(doc.confirmed_by)  # the scheduler is nobody; the history names who decided
        frappe.local.lang = get_user_lang()
        try:
            _run(doc)
        except ReorganisationRefused as error:
            frappe.db.rollback()
            _end(name, FAILED, str(error))
        except Exception as error:
            frappe.db.rollback()
            if locks.lost_to_another(error):
                return  # `begin_due` takes it up again within a minute
            frappe.log_error(title=f"Reorganisation {name}")
            _end(
                name,
                FAILED,
                _(
                    "It stopped. Nothing is lost: press Go on. The administrator finds the reason in the error log."
                ),
            )
            raise


def is_busy() -> bool:
    """Whether a reorganisation is being carried out at this moment. One whose process has died is not."""
    return frappe.db.sql("select is_used_lock(%s)", _lock_name())[0][0] is not None


def _run(doc) -> None:
    plan = of(doc)
    if doc.status == CONFIRMED and not doc.started_on and (wrong := checks.errors(plan)):
        raise ReorganisationRefused("\n".join(wrong))
    _save(
        doc.name,
        status=RUNNING,
        started_on=doc.started_on or now_datetime(),
        total_complaints=doc.moved_complaints + _count(plan),
    )
    frappe.db.commit()
    _tell(doc.name, status=RUNNING)
    mover = complaints.Mover(plan, lambda count: _moved(doc.name, count))
    if plan.divides:
        left = _divide(plan, doc, mover)
    else:
        left = 0
        _change(plan)
    mover.retime()
    if left:
        _end(doc.name, TO_DECIDE, _("{0} complaints wait for a decision: choose where they go.").format(left))
    else:
        moved = frappe.db.get_value(DOCTYPE, doc.name, "moved_complaints")
        _end(doc.name, DONE, _("Done. {0} complaints went along.").format(moved))


def _change(plan: Plan) -> None:
    if plan.kind == "Rename":
        units.rename(plan)
    else:
        for code in plan.sources:
            units.reparent(plan, code, plan.new_parent)
            frappe.db.commit()
    frappe.db.commit()


def _divide(plan: Plan, doc, mover: complaints.Mover) -> int:
    """Returns how many complaints wait for a decision; their agency or area stays open until then."""
    for code in units.make(plan):
        _log(doc.name, _("Made: {0} ({1})").format(plan.title(code), code))
    units.note_successors(plan)
    frappe.db.commit()
    rows = [frappe._dict(row) for row in preview.followers(plan, doc.followers)]
    _move_people(plan, doc.name, [row for row in rows if row.kind == preview.MEMBER])
    frappe.db.commit()
    for row in rows:
        if row.kind != preview.MEMBER:
            _follow(plan, doc.name, row)
            frappe.db.commit()
    frappe.local.request_cache.clear()  # the tree and the successors are not what they were
    for source, target in plan.giving.items():
        mover.move(source)
        if plan.subject == "Agency":
            mover.follow_parts(source, target)
    preview.list_undecided(plan)
    waiting = _waiting(plan)
    for source in plan.closing:
        if waiting.get(source):
            continue
        units.close(plan, source)
        frappe.db.commit()
        mover.move(source)  # what came while it was being closed
    frappe.db.commit()
    return sum(waiting.values())


def _move_people(plan: Plan, name: str, rows: list) -> None:
    goes: dict[str, list[tuple[str, str]]] = {}
    leaves: dict[str, set[str]] = {}
    for row in rows:
        target = row.target
        if not target:
            target = next(iter(plan.targets))
            _log(name, _("{0} came after the preview and went to {1}.").format(row.title, plan.title(target)))
        if target != row.source:
            goes.setdefault(target, []).append((row.reference_name, row.duty))
            if row.source in plan.targets:
                leaves.setdefault(row.source, set()).add(row.reference_name)
    for target, people in goes.items():
        units.add_members(plan, target, people)
    for source, users in leaves.items():
        units.remove_members(plan, source, users)


def _follow(plan: Plan, name: str, row) -> None:
    target = row.target
    if not target:
        _log(name, _("{0} came after the preview and was left as it is.").format(row.title))
    elif target == row.source:
        return
    elif row.kind == preview.BELOW:
        units.reparent(plan, row.reference_name, target)
        _log(name, _("{0} now stands below {1}.").format(row.title, plan.title(target)))
    else:
        pointer = pointers.Pointer(
            row.reference_doctype, row.reference_name, row.reference_field, row.source, row.title
        )
        if pointers.turn(pointer, target, plan.subject):
            _log(name, _("{0}: now {1}.").format(row.title, plan.title(target)))


def _waiting(plan: Plan) -> dict[str, int]:
    """{source that ends: open complaints still there that wait for a decision}."""
    counts: dict[str, int] = {}
    for row in complaints.undecided(plan):
        if row.source in plan.closing:
            counts[row.source] = counts.get(row.source, 0) + 1
    return counts


def _count(plan: Plan) -> int:
    if not plan.divides:
        return frappe.db.count("Reorganisation Case", {"reorganisation": plan.name, "retime": 1})
    where = {plan.tree.column: ("in", list(plan.giving) or [""]), "phase": ("in", phases.OPEN), "sealed": 0}
    return frappe.db.count("Complaint", where)


@contextmanager
def _alone() -> Iterator[bool]:
    """One reorganisation at a time. The database lets go of the lock when the process dies, however it dies."""
    mine = bool(frappe.db.sql("select get_lock(%s, 0)", _lock_name())[0][0])
    try:
        yield mine
    finally:
        if mine:
            frappe.db.sql("select release_lock(%s)", _lock_name())


def _lock_name() -> str:
    return f"{frappe.conf.db_name}:phanhoi_reorganisation"[:64]


def _moved(name: str, count: int) -> None:
    frappe.db.sql(
        "update `tabReorganisation` set moved_complaints = moved_complaints + %s where name = %s",
        (count, name),
    )
    moved, total = frappe.db.get_value(DOCTYPE, name, ["moved_complaints", "total_complaints"])
    _tell(name, status=RUNNING, moved_complaints=moved, total_complaints=total)


def _end(name: str, status: str, line: str) -> None:
    _save(name, status=status, finished_on=now_datetime() if status == DONE else None)
    _log(name, line)
    frappe.db.commit()
    frappe.publish_realtime(EVENT, {"name": name, "status": status}, doctype=DOCTYPE, docname=name)


def _log(name: str, line: str) -> None:
    before = frappe.db.get_value(DOCTYPE, name, "log")
    stamped = f"{now_datetime():%H:%M:%S %d/%m/%Y}  {line}"
    _save(name, log=f"{before}\n{stamped}" if before else stamped)


def _save(name: str, **values) -> None:
    frappe.db.set_value(DOCTYPE, name, values, update_modified=False)


def _tell(name: str, **values) -> None:
    frappe.publish_realtime(EVENT, {"name": name, **values}, doctype=DOCTYPE, docname=name, after_commit=True)
