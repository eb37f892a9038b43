"""When each step of a demo story happened, counted back from the day of loading. Pure: knows no site and no clock."""

from datetime import datetime, time, timedelta
from random import Random

from phanhoi_app.rules.working_time import Calendar

# The duty desk screens day and night; these are done at an office, in its hours.
IN_OFFICE = frozenset({"take", "submit", "answer", "approve", "send_back", "publish", "withhold", "close"})
LEAST_GAP = timedelta(minutes=4)
# Where a night or a weekend has pushed work together, what took hours still takes as much as this.
OFFICE_GAP = timedelta(hours=2)
MOST_DAYS_EARLIER = (
    30  # a long holiday just before the loading pushes office work over it; never more than this
)


def timed(entry: dict, now: datetime, calendar: Calendar) -> tuple[datetime, list[datetime]]:
    """(received, the moment of each step) of an entry of complaints.json: ascending, none after `now`.

    Local times without zone, to the second. A story whose end would lie after `now` happened as many days earlier as it
    takes; one with `hours_ago` happened just so long ago, so that its deadline is near. The same entry, day and
    calendar give the same times. Raises ValueError when no day will do.
    """
    if "hours_ago" in entry:
        received, moments = _from(entry, now - timedelta(hours=entry["hours_ago"]), calendar)
        if (moments or [received])[-1] > now:
            raise ValueError(f"the story of {entry['key']} cannot have ended by {now:%Y-%m-%d %H:%M}")
        return received, moments
    for earlier in range(MOST_DAYS_EARLIER + 1):
        received, moments = _on(entry, now.date() - timedelta(days=entry["days_ago"] + earlier), calendar)
        if (moments or [received])[-1] <= now:
            return received, moments
    raise ValueError(f"the story of {entry['key']} cannot have ended by {now:%Y-%m-%d %H:%M}")


def _on(entry, day, calendar) -> tuple[datetime, list[datetime]]:
    return _from(entry, datetime.combine(day, time.fromisoformat(entry["hour"])), calendar)


def _from(entry, start: datetime, calendar) -> tuple[datetime, list[datetime]]:
    # People are not punctual to the hour: each step comes some minutes after the round time.
    chance = Random(entry["key"])  # noqa: S311 - minutes, not secrets
    received = start.replace(microsecond=0) + timedelta(seconds=chance.randrange(60))
    moments, before, hours_before = [], received, 0
    for step in entry["story"]["steps"]:
        gap = timedelta(hours=step["after_hours"] - hours_before)
        late_by = timedelta(seconds=chance.randrange(60, 40 * 60))
        least = max(LEAST_GAP, min(gap, OFFICE_GAP) - late_by)
        moment = max(received + timedelta(hours=step["after_hours"]) + late_by, before + least)
        if step["verb"] in IN_OFFICE and not calendar.is_working(moment):
            # Not all at the stroke of opening: in the course of the morning.
            opening = calendar.next_working_moment(moment)
            moment = calendar.add_seconds(opening, int(late_by.total_seconds()) * 5)
        moments.append(moment)
        before, hours_before = moment, step["after_hours"]
    return received, moments
