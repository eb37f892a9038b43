"""The duty roster: who is on duty now, the picture of a week and of a year, shifts planned many at a time."""

from datetime import date, datetime, time, timedelta

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_to_date, getdate

from phanhoi_app.access import scope
from phanhoi_app.custody import verbs
from phanhoi_app.history.now import now
from phanhoi_app.hotline import who
from phanhoi_app.hotline.errors import HotlineRefused
from phanhoi_app.rules import duty
from phanhoi_app.sla import calendars

MOST_SENTENCES = 12
LATE_HOURS = 12  # after a shift within which its hand-over note may still be written
# The hours of a day that the year's picture tells apart.
COVERED, PARTLY, NOBODY, DOUBLE, NONE_NEEDED = "covered", "partly", "nobody", "double", "free"


def check(shift) -> None:
    """Check a Duty Shift that is about to be saved. Raises HotlineRefused with a sentence.

    The person's row is locked: two planners cannot book one person twice at the same moment.
    """
    start, end = _moment(shift.starts_at), _moment(shift.ends_at)
    try:
        duty.check(start, end)
    except duty.DutyError as error:
        raise HotlineRefused(error.sentence(_)) from error
    name = frappe.db.get_value("User", shift.user, "full_name", for_update=True)
    if not who.may_stand_by(shift.user, shift.agency):
        raise HotlineRefused(
            _("{0} cannot be on duty there: only those who handle the complaints of “{1}” can.").format(
                name or shift.user, _agency_name(shift.agency)
            )
        )
    other = _overlapping(shift.user, start, end, without=shift.name)
    if other:
        raise HotlineRefused(
            _("{0} is on duty already from {1} until {2} ({3}).").format(
                name, _said(other.starts_at), _said(other.ends_at), _agency_name(other.agency)
            )
        )


def on_duty(agency: str | None = None, moment: datetime | None = None) -> list[dict]:
    """[{user, person, agency, agency_name, starts_at, ends_at}] of the shifts under way, of one agency or of all."""
    shift, moment = DocType("Duty Shift"), moment or now()
    query = (
        frappe.qb.from_(shift)
        .select(shift.name, shift.user, shift.person, shift.agency, shift.starts_at, shift.ends_at)
        .where((shift.starts_at <= moment) & (shift.ends_at > moment))
        # A shift is a day long at most: the index of its beginning finds those under way.
        .where(shift.starts_at > add_to_date(moment, hours=-duty.LONGEST_HOURS, as_datetime=True))
        .orderby(shift.starts_at)
        .orderby(shift.person)
    )
    if agency:
        query = query.where(shift.agency == agency)
    return [row | {"agency_name": _agency_name(row.agency)} for row in query.run(as_dict=True)]


def covering(agency: str) -> list[dict]:
    """Who is on duty for an agency: its own people, else those of the nearest above, else the duty centre's."""
    tried = set()
    while agency and agency not in tried:
        if found := on_duty(agency):
            return found
        tried.add(agency)
        agency = frappe.get_cached_value("Agency", agency, "parent_agency")
    centre = verbs.screening_agency()
    return on_duty(centre) if centre and centre not in tried else []


def agencies_of_shifts(user: str, soon: int) -> list[str]:
    """The agencies where a shift of the user's runs now or begins within `soon` minutes."""
    moment = now()
    return frappe.get_all(
        "Duty Shift",
        filters={
            "user": user,
            "starts_at": ("<=", add_to_date(moment, minutes=soon)),
            "ends_at": (">", moment),
        },
        pluck="agency",
        distinct=True,
    )


def own_now(user: str) -> dict | None:
    """The user's shift that runs now, or has ended without a hand-over note within the hours in which one may still be
    written; None when there is none. {name, agency_name, starts_at, ends_at, noted}"""
    moment = now()
    found = frappe.get_all(
        "Duty Shift",
        filters={
            "user": user,
            "starts_at": ("<=", moment),
            "ends_at": (">", add_to_date(moment, hours=-LATE_HOURS)),
        },
        fields=["name", "agency", "starts_at", "ends_at"],
        order_by="ends_at desc",
    )
    for shift in found:
        noted = bool(frappe.db.exists("Duty Handover", {"shift": shift.name}))
        if shift.ends_at > moment or not noted:
            return {**shift, "agency_name": _agency_name(shift.agency), "noted": noted}
    return None


def rosters() -> list[dict]:
    """[{name, agency_name, may_plan}] of the agencies that have a roster or could be given one by the user."""
    centre = verbs.screening_agency()
    names = {centre} if centre else set()
    names |= set(frappe.get_all("Duty Shift", pluck="agency", distinct=True))
    names |= {row.agency for row in scope.memberships(frappe.session.user)}
    if who.PLANS_ALL.intersection(frappe.get_roles()) or scope.is_root(frappe.session.user):
        names |= set(
            frappe.get_all("Agency Member", filters={"parenttype": "Agency"}, pluck="parent", distinct=True)
        )
    found = [
        {"name": each, "agency_name": _agency_name(each), "may_plan": who.may_plan(each)} for each in names
    ]
    return sorted(found, key=lambda row: (row["name"] != centre, row["agency_name"]))


def people(agency: str) -> list[dict]:
    """[{user, full_name}] of those who can be on duty there."""
    members = frappe.get_all(
        "Agency Member", filters={"parent": agency, "parenttype": "Agency"}, pluck="user"
    )
    if agency == verbs.screening_agency():
        members += frappe.get_all(
            "Has Role", filters={"role": "Phanhoi Coordinator", "parenttype": "User"}, pluck="parent"
        )
    found = [user for user in dict.fromkeys(members) if who.may_stand_by(user, agency)]
    names = {user: frappe.get_cached_value("User", user, "full_name") for user in found}
    return sorted(
        ({"user": user, "full_name": name} for user, name in names.items()), key=lambda r: r["full_name"]
    )


def week(agency: str, first: date) -> dict:
    """Seven days from `first`: {days: [{day, shifts, gaps}], problems}. Spans are [from, until] in minutes of a day.

    Of each shift: name, person, from, until (minutes), hours (words), noted (whether it has a hand-over note), over.
    """
    start = datetime.combine(first, time())
    end = start + timedelta(days=7)
    found = _between(agency, start, end)
    gaps = _gaps(agency, found, start, end)
    noted = _noted([row.name for row in found])
    days = []
    for number in range(7):
        day = start + timedelta(days=number)
        after = day + timedelta(days=1)
        parts = [row for row in found if row.starts_at < after and row.ends_at > day]
        days.append(
            {
                "day": str(day.date()),
                "shifts": [
                    {
                        "name": row.name,
                        "person": row.person or row.user,
                        "span": _minutes(row.starts_at, row.ends_at, day),
                        "hours": f"{row.starts_at:%H:%M}–{row.ends_at:%H:%M}",
                        "remark": row.remark or "",
                        "noted": row.name in noted,
                        "over": row.ends_at <= now(),
                    }
                    for row in parts
                ],
                "gaps": [_minutes(a, b, day) for a, b in gaps if a < after and b > day],
            }
        )
    return {"days": days, "problems": _problems(agency, found, start, end), "may_plan": who.may_plan(agency)}


def year(agency: str, number: int) -> dict:
    """{days: {day: [state, words]}} of a year: whether each day is covered, partly, by nobody, or somebody twice.

    A day that is over and had no roster is none without anybody.
    """
    start, end = datetime(number, 1, 1), datetime(number + 1, 1, 1)
    found = _between(agency, start, end)
    gaps = _gaps(agency, found, start, end)
    double = {one.start.date() for pair in duty.double_bookings(_plain(found)) for one in pair}
    days, day = {}, start
    position = 0
    by_day: dict[date, list] = {}
    for row in found:
        for each in {row.starts_at.date(), (row.ends_at - timedelta(seconds=1)).date()}:
            by_day.setdefault(each, []).append(row)
    while day < end:
        after = day + timedelta(days=1)
        while position < len(gaps) and gaps[position][1] <= day:
            position += 1
        open_now = [gap for gap in gaps[position : position + 30] if gap[0] < after and gap[1] > day]
        there = by_day.get(day.date(), [])
        state = (
            DOUBLE
            if day.date() in double
            else PARTLY
            if open_now and there
            else NOBODY
            if open_now and after > now()
            else COVERED
            if there
            else NONE_NEEDED
        )
        days[str(day.date())] = [
            state,
            ", ".join(f"{r.person} {r.starts_at:%H:%M}–{r.ends_at:%H:%M}" for r in there),
        ]
        day = after
    return {"year": number, "days": days}


def plan(
    agency: str, users: list[str], first: date, last: date, hours: str, at_once: int, write: bool
) -> dict:
    """What a plan would make, or with `write` makes: {count, problems: [sentences], written}.

    Nothing is written while one of the problems would make a shift impossible. Raises HotlineRefused.
    """
    who.check_planner(agency)
    try:
        wanted = duty.planned(users, first, last, duty.read_hours(hours), at_once)
    except duty.DutyError as error:
        raise HotlineRefused(error.sentence(_)) from error
    sentences = []
    for user in dict.fromkeys(users):
        if not who.may_stand_by(user, agency):
            sentences.append(_("{0} cannot be on duty there.").format(_person(user)))
    booked = _of_people(users, wanted[0].start, wanted[-1].end + timedelta(days=1))
    for one, other in duty.double_bookings([*booked, *wanted]):
        sentences.append(_booked_twice(one, other))
    written = 0
    if write and not sentences:
        for shift in wanted:
            document = {"doctype": "Duty Shift", "agency": agency, "user": shift.person}
            frappe.get_doc({**document, "starts_at": shift.start, "ends_at": shift.end}).insert()
        written = len(wanted)
    return {"count": len(wanted), "problems": sentences[:MOST_SENTENCES], "written": written}


def _problems(agency: str, found, start: datetime, end: datetime) -> list[str]:
    """Sentences about gaps, double bookings and notes that are missing."""
    sentences = [
        _("Nobody is on duty from {0} until {1}.").format(_said(a), _said(b))
        for a, b in _gaps(agency, found, start, end)
        if b > now()
    ]
    pairs = duty.double_bookings(_of_people({row.user for row in found}, start, end))
    sentences += [_booked_twice(one, other) for one, other in pairs]
    coming = {row.user for row in found if row.ends_at > now()}
    sentences += [
        _("{0} cannot be on duty there.").format(_person(user))
        for user in sorted(coming)
        if not who.may_stand_by(user, agency)  # has left, or has another duty now
    ]
    noted = _noted([row.name for row in found])
    sentences += [
        _("{0} has not left a hand-over note ({1}).").format(row.person or row.user, _said(row.ends_at))
        for row in found
        if row.ends_at <= now() and row.name not in noted
    ]
    return sentences[:MOST_SENTENCES]


def _booked_twice(one: duty.Shift, other: duty.Shift) -> str:
    return _("{0} is booked twice: {1}–{2} and {3}–{4}.").format(
        _person(one.person), _said(one.start), _said(one.end), _said(other.start), _said(other.end)
    )


def _gaps(agency: str, found, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Where nobody is on duty: round the clock in the duty centre, elsewhere outside of the agency's working time, once
    it has a roster at all."""
    if not found:
        return [(start, end)] if agency == verbs.screening_agency() else []
    covered = _plain(found)
    if agency != verbs.screening_agency():
        calendar, day = calendars.for_agency(agency), start.date()
        while day < end.date():
            covered += [duty.Shift("", *span) for span in calendar.intervals(day)]
            day += timedelta(days=1)
    return duty.gaps(covered, start, end)


def _between(agency: str, start: datetime, end: datetime):
    shift = DocType("Duty Shift")
    return (
        frappe.qb.from_(shift)
        .select(shift.name, shift.user, shift.person, shift.starts_at, shift.ends_at, shift.remark)
        .where((shift.agency == agency) & (shift.starts_at < end) & (shift.ends_at > start))
        .where(shift.starts_at > start - timedelta(hours=duty.LONGEST_HOURS))
        .orderby(shift.starts_at)
        .orderby(shift.person)
    ).run(as_dict=True)


def _of_people(users, start: datetime, end: datetime) -> list[duty.Shift]:
    if not users:
        return []
    rows = frappe.get_all(
        "Duty Shift",
        filters={
            "user": ("in", list(users)),
            "starts_at": ("between", [start - timedelta(hours=duty.LONGEST_HOURS), end]),
            "ends_at": (">", start),
        },
        fields=["name", "user", "starts_at", "ends_at"],
    )
    return [duty.Shift(row.user, row.starts_at, row.ends_at, row.name) for row in rows]


def _overlapping(user: str, start: datetime, end: datetime, without: str | None):
    shift = DocType("Duty Shift")
    query = (
        frappe.qb.from_(shift)
        .select(shift.agency, shift.starts_at, shift.ends_at)
        .where((shift.user == user) & (shift.starts_at < end) & (shift.ends_at > start))
    )
    if without:
        query = query.where(shift.name != without)
    rows = query.limit(1).run(as_dict=True)
    return rows[0] if rows else None


def _plain(found) -> list[duty.Shift]:
    return [duty.Shift(row.user, row.starts_at, row.ends_at, row.name) for row in found]


def _noted(names: list[str]) -> set[str]:
    return (
        set(frappe.get_all("Duty Handover", filters={"shift": ("in", names)}, pluck="shift"))
        if names
        else set()
    )


def _minutes(start: datetime, end: datetime, day: datetime) -> list[int]:
    whole = 24 * 60
    return [
        max(0, int((start - day).total_seconds() // 60)),
        min(whole, int((end - day).total_seconds() // 60)),
    ]


def _moment(value) -> datetime | None:
    return frappe.utils.get_datetime(value) if value else None


def _said(moment: datetime) -> str:
    return f"{moment:%H:%M %d/%m/%Y}"


def _person(user: str) -> str:
    return frappe.get_cached_value("User", user, "full_name") or user


def _agency_name(agency: str) -> str:
    return frappe.get_cached_value("Agency", agency, "agency_name") or agency


def read_day(value: str) -> date:
    """A day of a request. Raises HotlineRefused (422)."""
    try:
        return getdate(value)
    except (ValueError, TypeError, frappe.ValidationError) as error:
        raise HotlineRefused(_("The day is not readable.")) from error
