"""Whether an extension may be asked for and granted: before expiry, within the policy's number and total length.

What was granted is an event with `clock_events.Extension`; what it does to the due time is in `clocks`. A case
answered within an approved extension is `LATE_EXTENDED`, reported apart from `LATE` and from `ON_TIME`.
"""

from __future__ import annotations

from datetime import datetime

from phanhoi_app.rules.clock_events import Granted
from phanhoi_app.rules.clocks import PAUSED, STOPPED, Clock, extended_due
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.policy import ABOVE, Row
from phanhoi_app.rules.working_time import Calendar


class ExtensionError(RuleError):
    """The extension may not be asked for, or not be granted like this."""


def latest_due(clock: Clock, row: Row, calendar: Calendar) -> datetime | None:
    """The last moment to which the clock may be extended; None: no limit. Raises `ExtensionError` if never."""
    if row.extension is None:
        raise ExtensionError("This term may not be extended.")
    if row.extension.max_total is None:
        return None
    limit = Granted(
        clock.began,
        new_due=None,
        amount=row.extension.max_total,
        unit=row.extension.unit,
        reason=None,
        ground=None,
    )
    return extended_due(clock.original_due_on, limit, calendar)


def check_request(
    clock: Clock, row: Row, calendar: Calendar, *, asked_at: datetime, new_due: datetime, reason: str
) -> None:
    """Raises `ExtensionError` when an extension to `new_due` may not be asked for at `asked_at`: the clock has
    stopped, the term has expired, the policy allows none or no further one, the new time is not later than the
    present one or lies past the limit, or no reason is given."""
    _check(clock, row, calendar, asked_at, new_due)
    if not reason.strip():
        raise ExtensionError("Say why the extension is needed.")


def check_grant(
    clock: Clock, row: Row, calendar: Calendar, *, asked_at: datetime, new_due: datetime, by: str
) -> None:
    """The same for granting. It may be granted after expiry if it was asked for before. `by`: `policy.LEADER` or
    `policy.ABOVE`, as what the approver acts; one from above may always."""
    _check(clock, row, calendar, asked_at, new_due)
    if by not in (row.extension.approver, ABOVE):
        raise ExtensionError("This extension is approved by the agency above.")


def _check(clock: Clock, row: Row, calendar: Calendar, asked_at: datetime, new_due: datetime) -> None:
    last = latest_due(clock, row, calendar)
    if clock.state == STOPPED:
        raise ExtensionError("The term has ended; there is nothing to extend.")
    if asked_at > clock.due_on and not _paused_in_time(clock):
        raise ExtensionError(
            "The term expired at {due}; an extension must be asked for before that.", due=clock.due_on
        )
    if len(clock.granted) >= row.extension.max_times:
        raise ExtensionError(
            "The term has been extended {times} times; more is not allowed.", times=len(clock.granted)
        )
    if new_due <= clock.due_on:
        raise ExtensionError("The new time must be later than the present one, {due}.", due=clock.due_on)
    if last and new_due > last:
        raise ExtensionError("The term may be extended until {last} at most.", last=last)


def _paused_in_time(clock: Clock) -> bool:
    """While it stands still the term does not expire, whatever the time of day."""
    return clock.state == PAUSED and clock.pauses[-1].since <= clock.due_on
