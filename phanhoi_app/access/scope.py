"""The scope of a user over complaints: one criterion, used by lists and by single documents alike.

A complaint is seen by whoever has, or had, a part in it (DocType Custody), and by coordinators and supervisors unless
it is sealed. What is sealed is never seen from within the agency complained about. Citizens read their own on the
portal, by their secret code: the complaint's document holds what only officials need.
"""

import frappe
from frappe.query_builder import DocType
from frappe.utils.caching import request_cache
from pypika.functions import Count
from pypika.terms import Criterion, ExistsCriterion

from phanhoi_app.access import roles, succession

# Complaints of a scope up to which they are looked up one by one: 20 of them are wanted, or all.
# What fits best depends on how many are wanted: a page, all of them counted, or counted until the list says "1,000+".
FEW, FEW_TO_COUNT, FEW_TO_COUNT_ON = 5_000, 60_000, 15_000
MANY_FOR = 3600  # seconds
MANY_AT_ONCE = 2_000  # complaints of which one statement asks


class _Exists(ExistsCriterion):
    """The query builder's own leaves out the parentheses around the sub-query."""

    def get_sql(self, **kwargs):
        return super().get_sql(**{**kwargs, "subquery": True})


def is_root(user: str) -> bool:
    """Whether it is the framework's own Administrator, whom no permission binds. No person should work as it."""
    return user == "Administrator"


def reads_unsealed(user: str) -> bool:
    """Whether the user reads every complaint that is not sealed: coordinators, supervisors, administrators."""
    return is_root(user) or not roles.READS_ALL.isdisjoint(frappe.get_roles(user))


@request_cache
def memberships(user: str) -> list:
    """The user's own rows in agencies: [{agency, duty, lft, rgt}]. Kept for the request."""
    agency, member = DocType("Agency"), DocType("Agency Member")
    return (
        frappe.qb.from_(member)
        .join(agency)
        .on(agency.name == member.parent)
        .select(agency.name.as_("agency"), member.duty, agency.lft, agency.rgt)
        .where((member.user == user) & (member.parenttype == "Agency"))
    ).run(as_dict=True)


@request_cache
def agencies_of(user: str) -> list[str]:
    """Names of the agencies the user is a member of, of all below them, and of those they came in the place of.

    Kept for the request.
    """
    own = _related(memberships(user), lambda row, agency: (agency.lft >= row.lft) & (agency.rgt <= row.rgt))
    return [*own, *sorted(succession.taken_over(own) - set(own))]


@request_cache
def lines_of(user: str) -> list[str]:
    """The agencies the user is a member of, all above them, and those these came from: complaints about these are
    kept from the user."""
    own = _related(memberships(user), lambda row, agency: (agency.lft <= row.lft) & (agency.rgt >= row.rgt))
    return [*own, *sorted(succession.predecessors(own) - set(own))]


def duties_in(agency: str | None, user: str) -> set[str]:
    """The user's duties over an agency: all duties held in it, and Leader of one above it.

    Over a closed one: those over the agency that stands in its place.
    """
    agency = succession.heir(agency) or agency
    if not agency:
        return set()
    own = {row.duty for row in memberships(user) if row.agency == agency}
    here = place(agency)
    above = {row.duty for row in memberships(user) if here and row.lft < here.lft and row.rgt > here.rgt}
    return own | (above & {"Leader"})


@request_cache
def place(agency: str):
    """Where an agency stands in the tree (lft, rgt), or None. Kept for the request only.

    Never from the documents' cache: a change of the tree moves other agencies too, past their documents.
    """
    return frappe.db.get_value("Agency", agency, ["lft", "rgt"], as_dict=True)


def parties_of(user: str) -> list[str]:
    """The parties of custody that the user belongs to: the agencies, those below, and the person."""
    return [*agencies_of(user), user]


def complaint_criterion(user: str, few: int | None = None) -> Criterion | None:
    """The complaints the user may see, as a criterion on `tabComplaint`; None when it is all of them.

    `few`: up to how many complaints of a scope are looked up one by one. It changes the time, never the answer.
    """
    if is_root(user):
        return None
    complaint = DocType("Complaint")
    unsealed = complaint.sealed == 0
    if reads_unsealed(user):
        return unsealed | _open_to(complaint, user) if _may_have_a_part(user) else unsealed
    # Two shapes of one meaning, the database being good at either alone (docs/operators/benchmarks.md). Few complaints
    # are looked up one by one. Of many, the newest are met soon by going through all in the list's order; and what
    # stands within an "or" is asked of each row, never gathered beforehand.
    if _has_few(user, few or frappe.flags.few_complaints or FEW):
        return (unsealed | _open_to(complaint, user)) & complaint.name.isin(_with_a_part(user))
    custody = DocType("Custody")
    part = _with_a_part(user).where(custody.complaint == complaint.name)
    return (unsealed & _Exists(part)) | ((complaint.sealed == 1) & _open_to(complaint, user))


def sees_few(user: str, most: int) -> bool:
    """Whether the user's scope is less than so many complaints; not asked for those who read all that is unsealed."""
    return not is_root(user) and not reads_unsealed(user) and _has_few(user, most)


def follower_criterion(user: str, follower, complaint_column: str, moment: Criterion) -> Criterion | None:
    """Rows that belong to complaints (events, messages …): those of complaints in scope, none after the part ended.

    `moment(custody)` says whether a row of `follower` lies within a part that has ended. None when it is all of them.
    """
    criterion = complaint_criterion(user)
    if criterion is None:
        return None
    complaint, custody = DocType("Complaint"), DocType("Custody")
    in_scope = follower[complaint_column].isin(
        frappe.qb.from_(complaint).select(complaint.name).where(criterion)
    )
    if reads_unsealed(user) and not _may_have_a_part(user):
        return in_scope
    within = (
        frappe.qb.from_(custody)
        .select(custody.name)
        .where(custody.complaint == follower[complaint_column])
        .where(custody.party.isin(parties_of(user)))
        .where(custody.until.isnull() | moment(custody))
    )
    seen = _Exists(within)
    if reads_unsealed(user):
        unsealed = frappe.qb.from_(complaint).select(complaint.name).where(complaint.sealed == 0)
        seen |= follower[complaint_column].isin(unsealed)
    return in_scope & seen


def may_see(complaint: str, user: str | None = None) -> bool:
    """Whether the user may see the complaint of this name, asked of the database: never of the client."""
    criterion = complaint_criterion(user or frappe.session.user)
    if criterion is None:
        return True
    table = DocType("Complaint")
    query = frappe.qb.from_(table).select(table.name).where(criterion & (table.name == complaint))
    return bool(query.run())


def seen_of(complaints: list[str], user: str) -> set[str]:
    """Those of these complaints that the user may see."""
    criterion = complaint_criterion(user)
    if criterion is None:
        return set(complaints)
    table, seen = DocType("Complaint"), set()
    for start in range(0, len(complaints), MANY_AT_ONCE):
        part = complaints[start : start + MANY_AT_ONCE]
        seen.update(
            frappe.qb.from_(table).select(table.name).where(table.name.isin(part) & criterion).run(pluck=True)
        )
    return seen


def number_seen(complaints: list[str], user: str) -> int:
    """How many of these complaints the user may see. One statement."""
    criterion = complaint_criterion(user)
    if criterion is None or not complaints:
        return len(complaints)
    table = DocType("Complaint")
    query = frappe.qb.from_(table).select(Count("*")).where(criterion & table.name.isin(complaints))
    return query.run()[0][0]


def may_act(complaint, user: str | None = None) -> bool:
    """Whether the user may change this complaint at all: who handles it now, the coordinating desk, administrators."""
    user = user or frappe.session.user
    if is_root(user):
        return True
    if not may_see(complaint.name, user):
        return False
    if not roles.CORRECTS.isdisjoint(frappe.get_roles(user)) and not complaint.sealed:
        return True
    return complaint.officer == user or not duties_in(complaint.agency, user).isdisjoint(
        roles.HANDLING_DUTIES
    )


def roles_on(complaint, user: str | None = None) -> set[str]:
    """The user's roles that count on this complaint: as officer or leader by duty in the holding agency alone."""
    user = user or frappe.session.user
    held = set(frappe.get_roles(user))
    duties = duties_in(complaint.agency, user)
    if "Leader" not in duties:
        held.discard(roles.LEADER)
    if duties.isdisjoint({"Officer", "Leader"}) and complaint.officer != user:
        held.discard(roles.OFFICER)
    return held


def _open_to(complaint, user: str) -> Criterion:
    """What is sealed and open to the user: a part in it that goes on, and it is not about the own agency or one above.

    Who held it before has no more business there.
    """
    custody = DocType("Custody")
    part = _with_a_part(user).where((custody.complaint == complaint.name) & custody.until.isnull())
    if lines := lines_of(user):
        return (complaint.accused_agency.isnull() | complaint.accused_agency.notin(lines)) & _Exists(part)
    return _Exists(part)


def _with_a_part(user: str):
    custody = DocType("Custody")
    return frappe.qb.from_(custody).select(custody.complaint).where(custody.party.isin(parties_of(user)))


@request_cache
def _may_have_a_part(user: str) -> bool:
    """Whether anything may be with the user or the own agencies; False is certain."""
    return bool(memberships(user) or _with_a_part(user).limit(1).run())


@request_cache
def _has_few(user: str, most: int) -> bool:
    """Whether the user's agencies have, and had, a part in less than so many complaints."""
    # That they are many is remembered for a while: only the shape of a query hangs on it, never its answer.
    key = f"phanhoi_many:{most}:{user}"
    if frappe.cache.get_value(key, expires=True):
        return False
    rows = _with_a_part(user).limit(most)
    few = frappe.qb.from_(rows).select(Count("*")).run()[0][0] < most
    if not few:
        frappe.cache.set_value(key, 1, expires_in_sec=MANY_FOR)
    return few


def _related(rows, related) -> list[str]:
    if not rows:
        return []
    agency = DocType("Agency")
    criterion = Criterion.any(related(row, agency) for row in rows)
    return [row[0] for row in frappe.qb.from_(agency).select(agency.name).where(criterion).run()]


def last_readable(complaint: str, user: str | None = None) -> tuple | None:
    """(moment, sequence) up to which the user reads a complaint's notes, where the last part ended; None: all."""
    user = user or frappe.session.user
    if is_root(user):
        return None
    if reads_unsealed(user) and not frappe.db.get_value("Complaint", complaint, "sealed"):
        return None
    custody = DocType("Custody")
    parts = (
        frappe.qb.from_(custody)
        .select(custody.until, custody.until_sequence)
        .where((custody.complaint == complaint) & custody.party.isin(parties_of(user)))
    ).run()
    if not parts or any(until is None for until, _sequence in parts):
        return None
    return max(parts)


def reads_until(doctype: str | None, name, user: str | None = None):
    """The moment after which a complaint's notes are no longer the user's to read; None: there is none."""
    if doctype != "Complaint":
        return None
    last = last_readable(str(name), user)
    return last[0] if last else None
