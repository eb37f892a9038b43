"""Moves open complaints along, some at a time: lock, look again, write the event, commit.

What has moved is no longer found with its old agency or area: a run that was killed goes on where it stood, and
whoever acts on a complaint at the same moment comes before or after, never in between.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import frappe
from frappe.utils import cint

from phanhoi_app.access import roles
from phanhoi_app.agencies.reorganisation.plan import Plan
from phanhoi_app.custody import cohandling, parties, phases, sealing
from phanhoi_app.history import locks, record
from phanhoi_app.history.now import now
from phanhoi_app.sla import clocks

BATCH = 100  # complaints of one transaction: a fraction of a second
ATTEMPTS = 5  # of a batch that lost to somebody else's locks
LOOKED_AT = (
    *("name", "field", "severity", "received_at", "paused_on", "deadline_policy", "latitude", "longitude"),
    *record.FOLLOWED,
)


@dataclass
class Mover:
    """Moves a plan's complaints; `tell(count)` hears of each batch, in its transaction."""

    plan: Plan
    tell: Callable[[int], None] = lambda count: None
    _handlers: dict = field(default_factory=dict)

    def move(self, source: str) -> None:
        """Move what of the source has a destination."""
        last = ""
        while names := self._open_at(source, last):
            last = names[-1]
            self._in_transaction(lambda part=names: self._move(source, part))

    def retime(self) -> None:
        """Let the clocks follow that `units.reparent` has noted."""
        while cases := self._noted():
            self._in_transaction(lambda part=cases: self._retime(part))

    def follow_parts(self, source: str, target: str | None) -> None:
        """Let open complaints of others, to which the source contributes or of which it is informed, follow too."""
        last = ""
        while names := self._with_part_of(source, last):
            last = names[-1]
            self._in_transaction(lambda part=names: self._follow_parts(source, target, part))

    def _in_transaction(self, work: Callable[[], int]) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            frappe.db.commit()  # so that the batch begins with its locks, and sees what they waited for
            try:
                self.tell(work())
                frappe.db.commit()
                return
            except Exception as error:
                frappe.db.rollback()
                if attempt == ATTEMPTS or not locks.lost_to_another(error):
                    raise

    def _open_at(self, source: str, last: str) -> list[str]:
        return frappe.db.sql_list(
            f"""select name from `tabComplaint` where `{self.plan.tree.column}` = %s and phase in %s and name > %s
            order by name limit %s""",  # noqa: S608 - one of two column names
            (source, phases.OPEN, last, BATCH),
        )

    def _locked(self, names: list[str], where: str = "", values: tuple = ()) -> list[dict]:
        columns = ", ".join(f"`{column}`" for column in dict.fromkeys(LOOKED_AT))
        return frappe.db.sql(
            f"""select {columns} from `tabComplaint` where name in %s and phase in %s {where}
            order by name for update""",  # noqa: S608 - our own column names
            (names, phases.OPEN, *values),
            as_dict=True,
        )

    def _move(self, source: str, names: list[str]) -> int:
        column = self.plan.tree.column
        found = self._locked(names, f"and `{column}` = %s", (source,))
        decided = dict(
            frappe.db.sql(
                "select complaint, target from `tabReorganisation Case` where reorganisation = %s and complaint in %s",
                (self.plan.name, names),
            )
        )
        changed = []
        for before in found:
            target = self.plan.destination(source, before) or decided.get(before.name)
            if before.sealed and column == "agency":
                # Nobody decides by hand on what he must not see: it goes where its field wants it.
                target = sealing.nearest(before, target or self._handler(before) or self._above(source))
            if target and target != source:
                changed.append((before, self._moved(before, target)))
        self._write(changed)
        if column == "agency":
            parties.move_many({before.name: after.agency for before, after in changed})
            clocks.recount([after.name for _before, after in changed], self._event())
        return _told(changed)

    def _moved(self, before, target: str):
        after = frappe._dict(before)
        after[self.plan.tree.column] = target
        if self.plan.subject == "Area":
            return after
        if after.transfer_from in (target, before.agency):  # who passed it on is who holds it now
            after.transfer_from = None
        if before.officer and before.officer not in self._people(target):
            after.officer = None
            if before.phase == "processing":  # somebody of the new agency takes it in hand
                after.workflow_state = phases.state_for("assigned")
                after.phase = "assigned"
        return after

    def _retime(self, cases: list[dict]) -> int:
        found = {row.name: row for row in self._locked([case.complaint for case in cases])}
        there = [
            case.complaint
            for case in cases
            if case.complaint in found and found[case.complaint].agency == case.source
        ]
        moved = {move.complaint for move in clocks.recount(there, self._event())}
        frappe.db.sql(
            "delete from `tabReorganisation Case` where name in %s", ([case.name for case in cases],)
        )
        return _told([(found[name], None) for name in moved])

    def _follow_parts(self, source: str, target: str | None, names: list[str]) -> int:
        found = self._locked(names)
        happened = []
        for row in found:
            goal = target or self.plan.destination(source, row)
            if not goal or goal == source:
                continue
            goal = sealing.nearest(row, goal) if row.sealed else goal
            parts = [
                p for p in parties.open_parts(row.name) if p.party == source and p.part != parties.HOLDER
            ]
            event = self._event({"parts": [[part.part, source, goal] for part in parts]})
            happened.append((row.name, event, {}))
            row.goal, row.parts = goal, [part.part for part in parts]
        record.append_to_many(happened)
        for row in found:
            for part in row.parts or ():
                parties.end(row.name, part, source)
                goes_on = row.goal if row.goal != row.agency else None  # the holder needs no part beside
                if part == parties.CONTRIBUTOR:
                    cohandling.hand_on(row.name, source, goes_on)
                if goes_on:
                    parties.give(row.name, goes_on, part)
        return 0  # they keep their holder

    def _write(self, changed: list[tuple]) -> None:
        """Events first, then the columns: two complaints that changed alike by one statement."""
        if not changed:
            return
        record.append_to_many(
            [(after.name, self._event(), record.difference(before, after)) for before, after in changed]
        )
        groups: dict[tuple, list[str]] = {}
        for before, after in changed:
            different = tuple((f, after[f]) for f in record.FOLLOWED if after[f] != before[f])
            groups.setdefault(different, []).append(after.name)
        for different, names in groups.items():
            columns = "".join(f"`{column}` = %s, " for column, _value in different)
            frappe.db.sql(
                f"update `tabComplaint` set {columns}modified = %s, modified_by = %s where name in %s",  # noqa: S608
                (*(value for _column, value in different), now(), frappe.session.user, names),
            )

    def _event(self, extra: dict | None = None) -> record.Event:
        return record.Event(
            "reorganised",
            reason=self.plan.reason,
            actor_role=roles.ADMINISTRATOR,
            extra={"reorganisation": self.plan.name, **(extra or {})},
        )

    def _noted(self) -> list[dict]:
        return frappe.get_all(
            "Reorganisation Case",
            filters={"reorganisation": self.plan.name, "retime": 1},
            fields=["name", "complaint", "source", "old_calendar"],
            order_by="complaint asc",
            limit=BATCH,
        )

    def _with_part_of(self, source: str, last: str) -> list[str]:
        return frappe.db.sql_list(
            """select distinct part.complaint from `tabCustody` part join `tabComplaint` complaint
                on complaint.name = part.complaint
            where part.party = %s and part.party_type = 'Agency' and part.part != %s and part.until is null
                and complaint.phase in %s and part.complaint > %s
            order by part.complaint limit %s""",
            (source, parties.HOLDER, phases.OPEN, last, BATCH),
        )

    def _handler(self, complaint) -> str | None:
        """The agency that the complaint's sealed field names."""
        line = self.plan.lines("Field", complaint.field)
        for code in line:
            row = frappe.db.get_value("Field", code, ["sealed", "sealed_agency"], as_dict=True)
            if row and cint(row.sealed) and row.sealed_agency:
                return row.sealed_agency
        return None

    def _above(self, agency: str) -> str | None:
        return frappe.db.get_value("Agency", agency, "parent_agency")

    def _people(self, agency: str) -> set[str]:
        if agency not in self._handlers:
            self._handlers[agency] = set(
                frappe.get_all(
                    "Agency Member",
                    filters={
                        "parent": agency,
                        "parenttype": "Agency",
                        "duty": ("in", list(roles.HANDLING_DUTIES)),
                    },
                    pluck="user",
                )
            )
        return self._handlers[agency]


def _told(changed: list[tuple]) -> int:
    """How many of them are counted: whoever looks on does not hear of sealed ones."""
    return sum(not before.sealed for before, _after in changed)


def undecided(plan: Plan) -> Iterator[dict]:
    """The open complaints of the sources, sealed ones left out, that nothing tells where to go: name, agency or area,
    field."""
    column = plan.tree.column
    divided = [source for source, target in plan.giving.items() if not target]
    if not divided:
        return
    for group in groups(plan, divided):
        if plan.destination(group.source, group):
            continue
        same = "".join(f" and `{told}` <=> %s" for told in plan.told_by)
        yield from frappe.db.sql(
            f"""select name, `{column}` as source from `tabComplaint` where `{column}` = %s and phase in %s
            and sealed = 0{same}""",  # noqa: S608 - our own column names
            (group.source, phases.OPEN, *(group[told] for told in plan.told_by)),
            as_dict=True,
        )


def groups(plan: Plan, sources: list[str]) -> list[dict]:
    """The open complaints of these sources by what tells where they go, sealed ones left out: source, count, and the
    columns of `plan.told_by`."""
    column, told_by = plan.tree.column, ", ".join(plan.told_by)
    return frappe.db.sql(
        f"""select `{column}` as source, count(*) as count, {told_by} from `tabComplaint`
        where `{column}` in %s and phase in %s and sealed = 0 group by `{column}`, {told_by}""",  # noqa: S608
        (sources, phases.OPEN),
        as_dict=True,
    )
