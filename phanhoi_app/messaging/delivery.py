"""Empties the outbox: claims rows, sends each outside of any transaction, records what came of it."""

import contextlib
import json
import random
import time

import frappe
from frappe.query_builder import DocType
from frappe.utils import add_to_date, cint, now_datetime

from phanhoi_app.channels import accounts, adapters, desk, email
from phanhoi_app.channels.base import NoChannel, Outgoing, Refused, Sent, TryLater
from phanhoi_app.history.locks import lost_to_another
from phanhoi_app.messaging import claims, health, outbox, pacing, policy, states
from phanhoi_app.rules import sending, traces
from phanhoi_app.rules.message_states import FAILED, GAVE_UP, LOST, NOT_SENT, QUEUED, SENDING, SENT

BATCH = 50
PAUSE = 0.5  # seconds between two looks into the outbox
LONGEST = 40  # seconds that one job goes on looking: less than the mark of a queued job stands
MOST_ATTEMPTS = 6
NO_CHANNEL = "not sent: no channel"
DEMO = "not sent: this site holds demo data, whose numbers may be somebody's"
TOO_OLD = "given up: it has waited too long"


def deliver() -> int:
    """Send what is due, until nothing is; returns how many messages were worked on."""
    worked, until = 0, time.monotonic() + LONGEST
    with claims.worker() as worker:
        claims.take_back()
        # Starting a job costs a tenth of a second of a core, a message a few milliseconds: one that found work looks
        # again a little later instead of leaving each newcomer to a job of its own.
        while done := _empty(worker, until):
            worked += done
            if time.monotonic() > until:
                break
            time.sleep(PAUSE)
            claims.take_back()
        # While the mark stood, nobody queued another job. Whoever wrote a message before it fell relies on us to look
        # once more.
        with contextlib.suppress(Exception):  # Redis is away, and the mark with it
            frappe.cache.delete(frappe.cache.make_key(outbox.SENT_LATER))
        return worked + _empty(worker, until)


def _empty(worker: str, until: float) -> int:
    worked = 0
    while done := sum(_some_of(worker, channel) for channel in claims.waiting_channels()):
        worked += done
        if time.monotonic() > until:
            break
    if worked:
        states.match_early()
        frappe.db.commit()
    return worked


def _some_of(worker: str, channel: str) -> int:
    """Claim and send as many messages of a channel as it may carry now, a batch at most."""
    account = None if channel in policy.BUILT_IN else accounts.for_channel(channel)
    key = account.name if account else channel
    try:
        room = health.room(key, channel, BATCH)
        names = claims.claim(worker, channel, room.count)
        health.taken(key, channel, len(names))
        frappe.db.commit()
    except Exception as error:
        frappe.db.rollback()
        if lost_to_another(error):
            return 0  # the other one has them
        raise
    return send(worker, names, account, trial=room.trial) if names else 0


def send(worker: str, names: list[str], account=None, trial: bool = False) -> int:
    """Send messages of one channel that this worker has claimed; returns how many were worked on.

    `trial`: the provider was down, and this one message shows whether it is back.
    """
    messages = claims.read(names)
    key = account.name if account else messages[0].channel
    due = pacing.sort_out(worker, messages)
    failing = trial
    for place, message in enumerate(due):
        if (failing or place % 10 == 9) and not trial and health.is_open(key):
            claims.give_back(worker, [each.name for each in due[place:]])
            break
        claims.start(worker, message.name, account.name if account else None)  # commits the one before, too
        message.attempts += 1
        started = now_datetime()
        try:
            sent = _hand_over(message, account)
        except NoChannel as error:
            finish(worker, message, NOT_SENT, str(error) or NO_CHANNEL, started)
        except Refused as error:
            finish(worker, message, FAILED, str(error), started)
        except TryLater as error:
            failing = True
            if error.unknown:
                claims.doubt(worker, message.name)
            _later(worker, message, str(error), started, key, error.after, trial)
        except Exception as error:  # one message must not hold up the others; it is on its row and in the log
            frappe.db.rollback()
            # Without the framework's own traceback, which holds the values: number and text of a citizen's message.
            frappe.log_error(title=f"Message {message.name}", message=traces.without_values(error))
            _later(worker, message, type(error).__name__, started, key, None, trial)
        else:
            if failing:
                health.worked(key)
                failing = False
            finish(worker, message, sent.status or SENT, "", started, sent)
    frappe.db.commit()
    return len(messages)


def _hand_over(message, account) -> Sent:
    if message.channel == "Desk":
        return desk.send(
            message.recipient_user,
            message.subject,
            message.text,
            "Complaint" if message.complaint else None,
            message.complaint,
        )
    settings = policy.settings()
    if cint(settings.demo):
        raise NoChannel(DEMO)
    if message.channel == "E-mail":
        return email.send(message.recipient, message.subject, message.text, letter=message.name)
    if not account:
        raise NoChannel
    if cint(settings.max_segments) and message.segments > cint(settings.max_segments):
        raise Refused(f"{message.segments} segments, at most {settings.max_segments} are allowed")
    filled_in = json.loads(message.filled_in or "{}")
    outgoing = Outgoing(
        recipient=message.recipient,
        subject=message.subject or "",
        text=message.text,
        template_id=message.provider_template or "",
        values=filled_in.get("provider"),
        key=message.name,
    )
    return adapters.of(account).send(account, outgoing)


def _later(worker, message, reason: str, started, key: str, after, trial: bool) -> None:
    """The same message may go through later: wait as long as the provider asks, or longer each time."""
    reason = states.cleaned(reason)
    if after is not None:
        health.asked_to_wait(key, message.channel, after, reason)
        _wait(worker, message, reason, started, after, counts=False)
        return
    health.failed(key, message.channel, reason)
    if message.attempts >= MOST_ATTEMPTS and not trial:
        finish(worker, message, GAVE_UP, reason, started)
        return
    jitter = random.random()  # noqa: S311 - not a secret
    pause = sending.pause(message.attempts, policy.number("retry_seconds"), jitter)
    _wait(worker, message, reason, started, pause.total_seconds(), counts=not trial)


def _wait(worker, message, reason: str, started, seconds: float, counts: bool) -> None:
    """`counts`: whether the attempt is one of those that a message has."""
    due = add_to_date(now_datetime(), seconds=seconds)
    attempts = message.attempts if counts else message.attempts - 1
    finish(worker, message, QUEUED, reason, started, next_attempt_on=due, attempts=attempts)


def finish(
    worker: str, message, status: str, note: str, started=None, sent: Sent | None = None, **values
) -> None:
    """Record what came of a message, in the transaction that the next one's start or the batch's end commits."""
    table, moment, note = DocType("Message"), now_datetime(), states.cleaned(note)
    values |= {"status": status, "status_note": note, "modified": moment}
    if sent:
        values |= {"provider_id": sent.provider_id, "sent_on": moment}
    query = frappe.qb.update(table)
    for column, value in values.items():
        query = query.set(table[column], value)
    ours = (table.name == message.name) & (table.claimed_by == worker) & (table.status == SENDING)
    query.set(table.claimed_by, None).set(table.started_on, None).where(ours).run()
    if frappe.db.sql("select row_count()")[0][0] != 1:
        return  # our connection was gone for a while, and another worker has it: the message is marked
    course = [(message.name, SENDING, started, "")] if started else []
    states.write([*course, (message.name, status, moment, note)])
    if status in LOST:
        outbox.next_way(message.name)


def give_up_old() -> int:
    """Give up what has waited too long behind a provider that does not come back (hook: hourly); how many."""
    hours = policy.number("message_hours")
    given_up = 0
    with claims.worker() as worker:
        while hours:
            names = [
                row[0]
                for row in frappe.db.sql(
                    """select name from `tabMessage` where status = 'Queued' and creation < %s
                    limit %s for update skip locked""",
                    (add_to_date(now_datetime(), hours=-hours), BATCH),
                )
            ]
            if not names:
                break
            frappe.db.sql(
                "update `tabMessage` set status = 'Sending', claimed_by = %s where name in %s",
                (worker, names),
            )
            for message in claims.read(names):
                finish(worker, message, GAVE_UP, TOO_OLD)
            given_up += len(names)
            frappe.db.commit()
    return given_up
