"""Works on what providers brought: each once, each person's in order, the poisonous set aside with the reason.

An event's work and its mark are one transaction: a worker that is killed leaves the event as it was. The reply to the
person is kept with it and sent after the commit; one whose sending was cut off is sent again, once.
"""

import json
import random
from datetime import datetime, timedelta

import frappe
from frappe.utils import add_days, cint, now_datetime

from phanhoi_app.channels import accounts, adapters
from phanhoi_app.channels.base import Attachment, InboundEvent, NoChannel, Outgoing, Refused, TryLater
from phanhoi_app.intake import chat
from phanhoi_app.messaging import states
from phanhoi_app.rules import traces

MARK = "phanhoi_inbound_scheduled"
MOST_ATTEMPTS = 5
MOST_AT_ONCE = 500  # events of one job
CLAIM_MINUTES = 5  # a reply that was begun before belongs to a worker that died
KEPT_MESSAGES = 90  # days of the list, without the words
UNDELIVERED = "the reply could not be sent: {0}"

DUE_AT_ONCE = 50

# Of each person the first only: the next one's turn comes when it is done.
_DUE = """select m.name from `tabInbound Message` m
    where m.status = 'Queued' and m.next_attempt_on <= %s
    and (m.conversation is null or not exists (
        select 1 from `tabInbound Message` e where e.conversation = m.conversation and e.status = 'Queued'
        and (e.received_on < m.received_on or (e.received_on = m.received_on and e.name < m.name))))
    order by m.next_attempt_on limit %s"""
_CLAIM = """select name, account, kind, attempts from `tabInbound Message`
    where name = %s and status = 'Queued' for update skip locked"""


def schedule() -> None:
    """Have a worker look soon. Many events share one job."""
    try:
        if frappe.cache.set(frappe.cache.make_key(MARK), 1, ex=60, nx=True):
            frappe.enqueue("phanhoi_app.intake.inbound.work", queue="short")
    except Exception:  # Redis is away: the minute's sweep finds the rows, which are safe in the database
        frappe.logger("phanhoi").warning("inbound: no job could be queued", exc_info=True)


def work() -> int:
    """Work on what is due and send the replies; how many events."""
    frappe.cache.delete(frappe.cache.make_key(MARK))
    _write_refused()
    frappe.local.lang = "vi"
    worked = 0
    while worked < MOST_AT_ONCE and (done := sum(map(_work_on, _due()))):
        worked += done
    send_replies()
    if worked >= MOST_AT_ONCE:
        schedule()
    return worked


def _due() -> list[str]:
    names = frappe.db.sql_list(_DUE, (now_datetime(), DUE_AT_ONCE))
    frappe.db.commit()
    return names


def _work_on(name: str) -> bool:
    """Work on one event, unless somebody else does or has; whether it was ours."""
    # The first statement of the transaction: what it locks and what is read after it are of the same moment.
    found = frappe.db.sql(_CLAIM, name, as_dict=True)
    if not found:
        frappe.db.commit()
        return False
    message = found[0]
    last = message.attempts + 1 >= MOST_ATTEMPTS
    try:
        told = json.loads(frappe.db.get_value("Inbound Letter", name, "event") or "null")
        if told is None:
            _mark(name, status="Ignored", reason="what was said is not kept any more")
        else:
            _carry_out(message, told, last)
        frappe.db.commit()
    except Exception as error:
        frappe.db.rollback()
        frappe.clear_messages()
        reason = str(error) if isinstance(error, TryLater) else type(error).__name__
        if not isinstance(error, TryLater):
            # Without the framework's own traceback, which holds the values: what somebody wrote to us.
            frappe.log_error(title=f"Inbound Message {name}", message=traces.without_values(error))
        _put_off(name, message.attempts + 1, reason)
        frappe.db.commit()
        return True
    send_replies(name)
    return True


def _carry_out(message, told: dict, last: bool) -> None:
    if message.kind == "status":
        states.heard(message.account, told["provider_id"], told["status"], told["note"], _moment(told["at"]))
        _mark(message.name, status="Done", reason="")
        return
    account = accounts.get(message.account)
    if message.kind == "call":
        for hook in frappe.get_hooks("calls_told"):
            frappe.get_attr(hook)(told["call"])
        _heard(account)
        _mark(message.name, status="Done", reason="")
        return
    if message.kind == "mail":
        _carry_out_mail(message, account)
        return
    event = InboundEvent(
        id=told["id"],
        kind=message.kind,
        sender=told["sender"],
        at=_moment(told["at"]),
        text=told["text"],
        attachments=tuple(Attachment(*each) for each in told["attachments"]),
        location=tuple(told["location"]) if told.get("location") else None,
    )
    _heard(account)
    reply = chat.hear(account, event, last_try=last)
    if reply is None:
        _mark(message.name, status="Ignored", reason="")
        return
    _mark(
        message.name, status="Done", reason="", reply_state="Queued" if reply else "", reply_on=now_datetime()
    )
    if reply:
        frappe.db.set_value(
            "Inbound Letter", message.name, "reply", json.dumps({"text": reply}), update_modified=False
        )


def _heard(account) -> None:
    frappe.db.set_value(
        accounts.DOCTYPE, account.name, "last_event_on", now_datetime(), update_modified=False
    )


def _carry_out_mail(message, account) -> None:
    from phanhoi_app.intake.mail import inbox, work  # which schedule the work here

    _heard(account)
    outcome = work.hear(message.name, account, inbox.raw_of(message.name))
    _mark(message.name, status=outcome.status, reason=outcome.reason)


# replies


def send_replies(name: str | None = None) -> None:
    """Send the replies that are due (or the one of this event), each outside of any transaction."""
    since = now_datetime() - timedelta(minutes=CLAIM_MINUTES)
    filters = {"name": name} if name else {}
    due = frappe.get_all(
        "Inbound Message",
        {**filters, "reply_state": "Queued", "reply_on": ("<=", now_datetime())},
        pluck="name",
        order_by="received_on",
        limit=100,
    )
    if not name:
        due += frappe.get_all(
            "Inbound Message", {"reply_state": "Sending", "reply_on": ("<", since)}, pluck="name", limit=100
        )
    for each in due:
        _send_reply(each, since)


def _send_reply(name: str, since: datetime) -> None:
    row = frappe.db.sql(
        """select name, account, kind, external_id, reply_attempts from `tabInbound Message` where name = %s
        and (reply_state = 'Queued' or (reply_state = 'Sending' and reply_on < %s)) for update skip locked""",
        (name, since),
        as_dict=True,
    )
    if not row:
        frappe.db.commit()
        return
    message = row[0]
    attempts = message.reply_attempts + 1
    _mark(name, reply_state="Sending", reply_on=now_datetime(), reply_attempts=attempts)
    letter = frappe.db.get_value("Inbound Letter", name, ["sender", "reply", "event"], as_dict=True)
    frappe.db.commit()
    if not letter or not letter.reply:
        _mark(name, reply_state="Failed", reply_note="what was to be said is not kept any more")
        frappe.db.commit()
        return
    account = accounts.get(message.account)
    try:
        text = json.loads(letter.reply)["text"]
        adapter = adapters.of(account)
        if message.kind == "comment":
            adapter.reply_in_private(account, json.loads(letter.event)["id"], text)
        else:
            adapter.send(account, Outgoing(letter.sender, text, key=f"{name}-{attempts}"))
    except (Refused, NoChannel) as error:
        _mark(name, reply_state="Failed", reply_note=_said(error))
    except Exception as error:
        if not isinstance(error, TryLater):
            frappe.db.rollback()
            frappe.log_error(title=f"Inbound Message {name}", message=traces.without_values(error))
        wait = max(getattr(error, "after", None) or 0, 30 * 2**attempts)
        late = {"reply_state": "Failed"} if attempts >= MOST_ATTEMPTS else {"reply_state": "Queued"}
        late |= {"reply_on": now_datetime() + timedelta(seconds=wait), "reply_note": _said(error)}
        _mark(name, **late)
        accounts.note_error(account, _said(error))
    else:
        _mark(name, reply_state="Sent", reply_note="")
        accounts.note_success(account)
    frappe.db.commit()


def _said(error: Exception) -> str:
    return states.cleaned(str(error) or type(error).__name__)


# what failed, what is old, what was refused


def try_again(name: str) -> None:
    """Put an event, or its reply, that was given up back into the queue; the caller has asked the permission."""
    row = frappe.db.get_value(
        "Inbound Message", name, ["status", "reply_state"], as_dict=True, for_update=True
    )
    if not row:
        raise frappe.DoesNotExistError
    if row.status == "Failed":
        _mark(name, status="Queued", attempts=0, next_attempt_on=now_datetime(), reason="")
    elif row.reply_state == "Failed":
        _mark(name, reply_state="Queued", reply_attempts=0, reply_on=now_datetime(), reply_note="")
    frappe.db.after_commit.add(schedule)


def forget_old() -> None:
    """Delete the words after the days of the settings, drafts that were left, and the list itself later (daily)."""
    days = cint(frappe.get_cached_doc("Phanhoi Settings").raw_days) or 30
    old, very_old = add_days(now_datetime(), -days), add_days(now_datetime(), -max(KEPT_MESSAGES, days))
    frappe.db.sql("delete from `tabInbound Letter` where creation < %s", old)
    frappe.db.sql("delete from `tabInbound Message` where received_on < %s", very_old)
    chat.forget_left()


def count_refused(account: str) -> None:
    """Count a request that was not the provider's. In Redis: a flood of them must not lock the account's row."""
    frappe.cache.incr(_refused_key(account))


def _write_refused() -> None:
    for account in frappe.get_all(accounts.DOCTYPE, pluck="name"):
        if not (count := cint(frappe.cache.getset(_refused_key(account), 0))):
            continue
        frappe.db.sql(
            """update `tabChannel Account` set rejected = ifnull(rejected, 0) + %s, last_rejected_on = %s
            where name = %s""",
            (count, now_datetime(), account),
        )
        frappe.clear_document_cache(accounts.DOCTYPE, account)
    frappe.db.commit()


def _refused_key(account: str) -> bytes:
    return frappe.cache.make_key(f"phanhoi_refused:{account}")


def _put_off(name: str, attempts: int, reason: str) -> None:
    reason = states.cleaned(reason)
    if attempts >= MOST_ATTEMPTS:
        _mark(name, status="Failed", attempts=attempts, reason=reason)
        return
    wait = 15 * 2**attempts * random.uniform(0.67, 1.33)  # noqa: S311 - jitter, not a secret
    next_ = now_datetime() + timedelta(seconds=wait)
    _mark(name, attempts=attempts, reason=reason, next_attempt_on=next_)


def _mark(name: str, **values) -> None:
    frappe.db.set_value("Inbound Message", name, values)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
