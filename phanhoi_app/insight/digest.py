"""The daily digest to an agency's people and the weekly one to its leaders: what is late, what will be, what waits.

One message for each recipient in the desk, and one by e-mail, whatever the number of agencies he belongs to. It is
known by recipient and day (or week): run twice, or killed in the middle and run again, it doubles nothing. Titles are
those of complaints that the recipient's own list shows; what is sealed is only counted, for those who see it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import frappe
from frappe import _
from frappe.utils import cint, get_url, getdate, now_datetime

from phanhoi_app.access import scope
from phanhoi_app.insight import kept
from phanhoi_app.messaging import outbox
from phanhoi_app.rules.phases import OPEN
from phanhoi_app.sla import calendars

DAILY, WEEKLY = "digest_daily", "digest_weekly"
SENT = "phanhoi_digest_sent_on"  # the day that is done, among the site's defaults
TOLD = ("Officer", "Leader", "Coordinator")  # duties
AHEAD = 2  # working days
OLDEST = 5  # complaints named for each agency
BELOW = 15  # agencies named to a leader
PART = 500  # recipients whose messages are written in one transaction
_DUE = """from `tabComplaint` c where c.phase in %(open)s and c.due_on < %(until)s and c.clock_state = 'Running'
    and c.agency > ''"""
_COUNTS = f"""select c.agency, if(c.due_on < %(now)s, null, date(c.due_on)) as day, count(*) {_DUE}
    and c.sealed = 0 group by c.agency, day"""
_OLDEST = f"""select o.agency, o.name, c.title, o.due_on from (
        select c.agency, c.name, c.due_on, row_number() over (partition by c.agency order by c.due_on, c.name) as place
        {_DUE} and c.sealed = 0) o join `tabComplaint` c on c.name = o.name
    where o.place <= %(oldest)s order by o.agency, o.place"""  # noqa: S608 - our own words
_WAITING = """select c.agency, count(*) from `tabComplaint` c
    where c.phase = 'waiting' and c.sealed = 0 and c.agency > '' group by c.agency"""


@dataclass
class Due:
    """What an agency has: numbers of complaints, and the oldest of them as (number, title, due time)."""

    overdue: int = 0
    today: int = 0
    soon: int = 0
    waiting: int = 0
    sealed: int = 0
    oldest: list[tuple[str, str, datetime]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.overdue or self.today or self.soon or self.waiting or self.sealed)


@dataclass
class Recipient:
    """Somebody with a duty in some agencies: {agency: duty}; `email` is empty for whom no mail is sent."""

    user: str
    email: str
    duties: dict[str, str] = field(default_factory=dict)


def send_due() -> None:
    """Send the day's digests once their hour has come (scheduled)."""
    settings = frappe.get_cached_doc("Phanhoi Settings")
    now = now_datetime()
    wanted = [kind for kind in (DAILY, WEEKLY) if cint(settings.get(kind))]
    if not wanted or now.hour < cint(settings.digest_hour) or frappe.db.get_default(SENT) == str(now.date()):
        return
    frappe.local.lang = frappe.db.get_default("lang") or "vi"
    for kind in wanted:
        (send_daily if kind == DAILY else send_weekly)(now)
    frappe.db.set_default(SENT, str(now.date()))
    frappe.db.commit()


def send_daily(now: datetime) -> int:
    """Write the messages of the day of `now` to those whose agency works on it; returns how many. Commits in parts."""
    working = _working_agencies(now.date())
    everybody = _recipients(set(working))
    due = due_of(now, working)
    sealed = _agencies_with_sealed(now, working)
    return _write(DAILY, str(now.date()), _daily_letters(everybody, due, sealed, now, working))


def send_weekly(now: datetime) -> int:
    """Write the messages on the week before that of `now` to leaders whose agency works today. The first working day
    counts: who has this week's has it. Returns how many messages were made up. Commits in parts."""
    monday = now.date() - timedelta(days=now.weekday())
    asked = kept.Asked(monday - timedelta(days=7), monday - timedelta(days=1))
    own = kept.count(asked, "Administrator")
    if not own:
        return 0
    titles, parents = {}, {}
    for row in frappe.get_all(
        "Agency", fields=["name", "agency_name", "parent_agency"], order_by="lft", limit_page_length=0
    ):
        titles[row.name], parents[row.name] = row.agency_name, row.parent_agency
    found = kept.summed(own, parents)
    working = _working_agencies(now.date())
    leaders = _recipients(set(working), ("Leader",))
    return _write(WEEKLY, str(monday), _weekly_letters(leaders, found, titles, parents, asked))


def _daily_letters(everybody, due: dict[str, Due], sealed: set[str], now: datetime, working) -> Iterator:
    for person in everybody:
        parts = {agency: due.get(agency) or Due() for agency in person.duties}
        for agency in sealed.intersection(parts):
            parts[agency] = _with_sealed(parts[agency], person.user, agency, now, working[agency])
        parts = {agency: each for agency, each in parts.items() if each}
        if not parts:
            continue
        values = {
            "day": f"{now:%d/%m/%Y}",
            "overdue": sum(each.overdue for each in parts.values()),
            "due_today": sum(each.today for each in parts.values()),
            "late": 0,
            "summary": "\n\n".join(_lines(agency, each, now) for agency, each in parts.items()),
            "desk_link": get_url("/app/complaint"),
        }
        yield person, values


def _weekly_letters(leaders, found: dict[str, kept.Figures], titles: dict, parents: dict, asked) -> Iterator:
    below = defaultdict(list)
    for name, parent in parents.items():
        below[parent].append(name)
    for person in leaders:
        agencies = [agency for agency in person.duties if agency in found]
        parts = []
        for agency in agencies:
            lines = [titles[agency], *_week(found[agency])]
            named = [each for each in below[agency] if each in found]
            named.sort(key=lambda each: (-found[each].late - found[each].late_extended, titles[each]))
            lines += [f"– {titles[each]}: {_short(found[each])}" for each in named[:BELOW]]
            if len(named) > BELOW:
                lines.append(_("… and {0} more in the report on deadlines").format(len(named) - BELOW))
            parts.append("\n".join(lines))
        if parts:
            week = f"{asked.first:%d/%m}–{asked.last:%d/%m/%Y}"
            late = sum(found[agency].late + found[agency].late_extended for agency in agencies)
            link = get_url("/app/query-report/Deadlines Kept".replace(" ", "%20"))
            yield (
                person,
                {
                    "day": week,
                    "overdue": sum(found[agency].open_overdue for agency in agencies),
                    "late": late,
                    "due_today": 0,
                    "summary": "\n\n".join(parts),
                    "desk_link": link,
                },
            )


def _write(kind: str, occasion: str, letters: Iterator) -> int:
    """Write each person's letters (what was written before stays); returns how many were made up."""
    written, waiting = 0, []

    def put_down() -> None:
        nonlocal written
        written += outbox.queue_many(waiting)
        waiting.clear()
        frappe.db.commit()

    for person, values in letters:
        letter = {"audience": "Officer", "values": values, "recipient_user": person.user}
        two = [letter | {"channel": "Desk", "recipient": person.user}]
        if person.email:
            two.append(letter | {"channel": "E-mail", "recipient": person.email})
        waiting.append((None, kind, occasion, two))
        if len(waiting) == PART:
            put_down()
    put_down()
    return written


def _recipients(agencies: set[str], duties: tuple[str, ...] = TOLD) -> list[Recipient]:
    """Those with one of the duties in agencies that have not been closed, each once."""
    rows = frappe.db.sql(
        """select m.user, m.parent, m.duty, if(ifnull(n.enabled, 1) and ifnull(n.enable_email_notifications, 1),
            u.email, '')
        from `tabAgency Member` m join `tabUser` u on u.name = m.user and u.enabled = 1
        left join `tabNotification Settings` n on n.name = u.name
        where m.parenttype = 'Agency' and m.duty in %s order by m.user, m.parent""",
        (duties,),
    )
    found: dict[str, Recipient] = {}
    for user, agency, duty, email in rows:
        if agency in agencies:
            found.setdefault(user, Recipient(user, email or "")).duties[agency] = duty
    return list(found.values())


def _working_agencies(day: date) -> dict[str, date]:
    """{agency that stands and works on this day: the last of the working days that are looked ahead}."""
    ahead: dict[str | None, date | None] = {}
    closed = set(frappe.db.sql_list("select name from `tabAgency` where valid_to < %s", day))
    found = {}
    for agency, name in calendars.names().items():
        if name not in ahead:
            calendar, last = calendars.load(name), day
            for _step in range(AHEAD):
                last = getdate(calendar.next_working_day(last))
            ahead[name] = last if calendar.is_working_day(day) else None
        if agency and ahead[name] and agency not in closed:
            found[agency] = ahead[name]
    return found


def _values(now: datetime, working: dict[str, date]) -> dict:
    last = max(working.values(), default=now.date())
    return {"open": OPEN, "now": now, "until": last + timedelta(days=1), "oldest": OLDEST}


def due_of(now: datetime, working: dict[str, date] | None = None) -> dict[str, Due]:
    """What agencies have that is not sealed, by three statements for all of them."""
    working = working or _working_agencies(now.date())
    found: dict[str, Due] = defaultdict(Due)
    values = _values(now, working)
    for agency, day, number in frappe.db.sql(_COUNTS, values):
        _add(found[agency], day, number, now.date(), working.get(agency))
    for agency, number in frappe.db.sql(_WAITING):
        found[agency].waiting = number
    for agency, name, title, due_on in frappe.db.sql(_OLDEST, values):
        if agency in working and due_on.date() <= working[agency]:
            found[agency].oldest.append((name, title, due_on))
    return dict(found)


def _add(due: Due, day: date | None, number: int, today: date, last: date | None) -> None:
    if day is None:
        due.overdue += number
    elif day == today:
        due.today += number
    elif last and day <= last:
        due.soon += number


def _agencies_with_sealed(now: datetime, working: dict[str, date]) -> set[str]:
    """The agencies with sealed complaints that are overdue or will be; few, and asked for each recipient apart."""
    statement = f"select distinct c.agency {_DUE} and c.sealed = 1"
    return set(frappe.db.sql_list(statement, _values(now, working))).intersection(working)


def _with_sealed(due: Due, user: str, agency: str, now: datetime, last: date) -> Due:
    """The same with the number of sealed complaints that this person sees; neither their number nor their title."""
    statement = f"select c.name {_DUE} and c.sealed = 1 and c.agency = %(agency)s"
    names = frappe.db.sql_list(statement, _values(now, {agency: last}) | {"agency": agency})
    return replace(due, sealed=scope.number_seen(names, user))


def _lines(agency: str, due: Due, now: datetime) -> str:
    title = frappe.get_cached_value("Agency", agency, "agency_name") or agency
    lines = [title]
    for number, words in (
        (due.overdue, _("Overdue: {0}")),
        (due.today, _("Due today: {0}")),
        (due.soon, _("Due within two working days: {0}")),
        (due.waiting, _("Waiting for the citizen: {0}")),
        (due.sealed, _("Sealed, overdue or due soon: {0}")),
    ):
        if number:
            lines.append(words.format(number))
    if due.oldest:
        lines.append(_("The most urgent:"))
    for name, text, due_on in due.oldest:
        when = _("overdue since {0}") if due_on < now else _("due {0}")
        lines.append(f"– {name} {text[:80]} ({when.format(f'{due_on:%H:%M %d/%m/%Y}')})")
    return "\n".join(lines)


def _week(figures: kept.Figures) -> list[str]:
    return [
        _("Received: {0}").format(figures.received),
        _("Answered on time: {0}").format(figures.on_time + figures.on_time_extended),
        _("Late: {0}").format(figures.late),
        _("Late with approved extension: {0}").format(figures.late_extended),
        _("Open and overdue now: {0}").format(figures.open_overdue),
    ]


def _short(figures: kept.Figures) -> str:
    return _("{0} received, {1} on time, {2} late, {3} open and overdue").format(
        figures.received,
        figures.on_time + figures.on_time_extended,
        figures.late + figures.late_extended,
        figures.open_overdue,
    )
