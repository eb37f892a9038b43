"""How the outbox stands: what waits and why, by channel; and what became of yesterday's messages."""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, add_to_date, cint, formatdate, get_url, now_datetime

from phanhoi_app.access import roles
from phanhoi_app.channels import accounts
from phanhoi_app.history.now import now
from phanhoi_app.messaging import outbox, policy
from phanhoi_app.rules import breaker
from phanhoi_app.rules.message_states import ALL

MAY_LOOK = frozenset({"System Manager", roles.ADMINISTRATOR, roles.COORDINATOR, roles.SUPERVISOR})
LATE_MINUTES = 10  # what is due for so long is stuck


def by_channel() -> list[dict]:
    """How each channel that is set up or has messages stands, for those who look after it.

    [{channel, account, account_words, waiting, due, oldest, sending, failed, gave_up, not_sent, sent, breaker,
    open_until, last_error, last_error_on, stuck}]: numbers of messages, of the last 24 hours but for those that wait;
    `oldest` is when the oldest that is due fell due. Raises frappe.PermissionError.
    """
    if frappe.session.user != "Administrator" and not MAY_LOOK & set(frappe.get_roles()):
        raise frappe.PermissionError(_("Your role does not look after messages."))
    moment = now_datetime()
    waiting = _waiting(moment)
    lately = _lately(moment)
    return [
        row
        for channel in policy.CHANNELS
        if (row := _row(channel, moment, waiting.get(channel), lately.get(channel, {})))
    ]


def _row(channel: str, moment, waiting, lately: dict) -> dict | None:
    account = None if channel in policy.BUILT_IN else accounts.for_channel(channel)
    if not account and not waiting and not lately and channel not in (*policy.BUILT_IN, "SMS"):
        return None
    key = account.name if account else channel
    health = frappe.db.get_value(
        "Channel Health",
        key,
        ["failures", "open_until", "last_error", "last_error_on"],
        as_dict=True,
    ) or frappe._dict(failures=0)
    oldest = waiting.oldest if waiting else None
    state = breaker.state(health.open_until, moment)
    return {
        "channel": channel,
        "account": account.name if account else None,
        "account_words": account.title if account else "",
        "is_set_up": channel in policy.BUILT_IN or bool(account),
        "waiting": cint(waiting and waiting.waiting),
        "due": cint(waiting and waiting.due),
        "oldest": str(oldest) if oldest else None,
        "stuck": bool(oldest and oldest < moment - timedelta(minutes=LATE_MINUTES)),
        "breaker": state,
        "failures": cint(health.failures),
        "open_until": str(health.open_until) if health.open_until else None,
        "last_error": health.last_error or "",
        "last_error_on": str(health.last_error_on) if health.last_error_on else None,
        **{state.lower().replace(" ", "_"): cint(lately.get(state)) for state in ALL if state != "Queued"},
    }


def _waiting(moment) -> dict:
    rows = frappe.db.sql(
        """select channel, count(*) as waiting, sum(next_attempt_on <= %(now)s) as due,
        min(if(next_attempt_on <= %(now)s, next_attempt_on, null)) as oldest
        from `tabMessage` where status = 'Queued' group by channel""",
        {"now": moment},
        as_dict=True,
    )
    return {row.channel: row for row in rows}


def _lately(moment) -> dict[str, dict]:
    """{channel: {status: number}} of the messages whose state changed within a day."""
    found: dict[str, dict] = {}
    for channel, status, count in frappe.db.sql(
        """select channel, status, count(*) from `tabMessage`
        where modified > %s and status != 'Queued' group by channel, status""",
        add_to_date(moment, days=-1),
    ):
        found.setdefault(channel, {})[status] = count
    return found


def tell_of_yesterday() -> int:
    """Queue the summary of the day that has ended, for each administrator (hook: daily); how many messages."""
    if not policy.number("message_summary"):
        return 0
    day = add_days(now().date(), -1)
    letters = []
    for user in _administrators():
        language = (user.language or "vi")[:2]
        with _speaking("en" if language == "en" else "vi"):
            values = {
                "note": summary(day),
                "due_on": formatdate(day, "dd/MM/yyyy"),
                "desk_link": get_url("/app/outbox"),
                "portal": policy.settings().portal_title or "",
                "province": policy.settings().province_name or "",
            }
        letter = {
            "audience": "Officer",
            "recipient_user": user.name,
            "language": language,
            "values": values,
        }
        letters.append(letter | {"channel": "Desk", "recipient": user.name})
        if user.email:
            letters.append(letter | {"channel": "E-mail", "recipient": user.email})
    return outbox.queue(None, "message_summary", str(day), letters)


def summary(day: date) -> str:
    """What became of the messages of a day, a line for each channel, in the present language."""
    rows = frappe.db.sql(
        """select channel, count(*) as all_of_them, sum(status in ('Sent', 'Delivered')) as sent,
        sum(status = 'Failed') as failed, sum(status = 'Gave up') as gave_up, sum(status = 'Not sent') as not_sent,
        sum(status in ('Queued', 'Sending')) as waiting, sum(perhaps_twice) as twice,
        sum(if(status in ('Sent', 'Delivered'), segments, 0)) as segments
        from `tabMessage` where creation >= %s and creation < %s and status_note != %s
        group by channel order by channel""",
        (day, add_days(day, 1), outbox.RETOLD),
        as_dict=True,
    )
    if not rows:
        return str(_("No messages."))
    lines = []
    for row in rows:
        parts = [
            _("{0} sent").format(cint(row.sent)),
            _("{0} failed").format(cint(row.failed)),
            _("{0} given up").format(cint(row.gave_up)),
            _("{0} not sent").format(cint(row.not_sent)),
            _("{0} waiting").format(cint(row.waiting)),
        ]
        if cint(row.segments):
            parts.append(_("{0} SMS segments").format(cint(row.segments)))
        if cint(row.twice):
            parts.append(_("{0} perhaps twice").format(cint(row.twice)))
        lines.append(f"{_(row.channel)}: {', '.join(str(part) for part in parts)}.")
    return "\n".join(lines)


def _administrators() -> list:
    names = frappe.get_all(
        "Has Role", {"role": roles.ADMINISTRATOR, "parenttype": "User"}, pluck="parent", distinct=True
    )
    return frappe.get_all(
        "User",
        {"name": ("in", names or [""]), "enabled": 1, "user_type": "System User"},
        ["name", "email", "language"],
    )


class _speaking:
    """The language in which sentences are made, for a while."""

    def __init__(self, language: str):
        self.language = language

    def __enter__(self):
        self.before, frappe.local.lang = frappe.local.lang, self.language

    def __exit__(self, *error):
        frappe.local.lang = self.before
