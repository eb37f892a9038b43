"""Whether an extension may be asked for and granted: before expiry, within the policy's number and total length.

What was granted is an event with `clock_events.Extension`; what it does to the due time is in `clocks`. A case
answered within an approved extension is `LATE_EXTENDED`, reported apart from `LATE` and from `ON_TIME`.
"""

from __future__ import annotations

from datetime import datetime

from phanhoi_app.rules.clocks import Clock
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.policy import Row
from phanhoi_app.rules.working_time import Calendar


class ExtensionError(RuleError):
    """The extension may not be asked for, or not be granted like this."""


def latest_due(clock: Clock, row: Row, calendar: Calendar) -> datetime | None:
    """The last moment to which the clock may be extended; None: no limit. Raises `ExtensionError` if never."""


def check_request(
    clock: Clock, row: Row, calendar: Calendar, *, asked_at: datetime, new_due: datetime, reason: str
) -> None:
    """Raises `ExtensionError` when an extension to `new_due` may not be asked for at `asked_at`: the clock has
    stopped, the term has expired, the policy allows none or no further one, the new time is not later than the
    present one or lies past the limit, or no reason is given."""


def check_grant(
    clock: Clock, row: Row, calendar: Calendar, *, asked_at: datetime, new_due: datetime, by: str
) -> None:
    """The same for granting. It may be granted after expiry if it was asked for before. `by`: `policy.LEADER` or
    `policy.ABOVE`, as what the approver acts; one from above may always."""
