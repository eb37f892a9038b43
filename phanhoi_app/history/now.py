"""The moment at which something happens, as every room records it.

It is the present, always, for people and machines that use the app. Only whoever retells what happened earlier (the
demo's loader) sets another one: the events, clocks and dates of a retold step then carry the step's own time,
and are written by the same code as any other.
"""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import datetime

from frappe.utils import now_datetime

_retold: ContextVar[datetime | None] = ContextVar("phanhoi_retold_moment", default=None)


def now() -> datetime:
    """The moment to record: local time without zone."""
    return _retold.get() or now_datetime()


def is_retold() -> bool:
    """Whether the present step happened earlier: nobody is to be told of it today."""
    return _retold.get() is not None


@contextlib.contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let what is done inside have happened at `moment` (local time without zone), in this thread alone."""
    token = _retold.set(moment)
    try:
        yield
    finally:
        _retold.reset(token)
