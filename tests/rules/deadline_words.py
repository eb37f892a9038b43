"""Reads the two tables that a legal officer can read and sign: deadline_calendars.csv and deadline_cases.csv.

Their words are Vietnamese on purpose; here they become the rules' own data. Moments: "HH:MM[:SS] dd/mm/yyyy".
"""

import csv
import re
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from phanhoi_app.rules import clocks, deadlines, policy
from phanhoi_app.rules.clocks import Event, Extension
from phanhoi_app.rules.policy import Policy, Row
from phanhoi_app.rules.working_time import Calendar

HERE = Path(__file__).parent

CLOCKS = {
    "sàng lọc": policy.SCREEN,
    "chuyển": policy.FORWARD,
    "giải quyết": policy.RESOLVE,
    "giữ": policy.HOLD,
    "duyệt": policy.APPROVE,
    "công khai": policy.PUBLISH,
    "trả lời gia hạn": policy.EXTENSION_ANSWER,
    "dân trả lời": policy.CITIZEN_REPLY,
}
UNITS = {
    "phút": deadlines.MINUTE,
    "giờ": deadlines.HOUR,
    "giờ làm việc": deadlines.WORKING_HOUR,
    "ngày làm việc": deadlines.WORKING_DAY,
    "ngày": deadlines.CALENDAR_DAY,
}
STARTS = {
    "ngay": deadlines.AT_ONCE,
    "giờ làm kế tiếp": deadlines.NEXT_WORKING_MOMENT,
    "ngày làm kế tiếp": deadlines.NEXT_WORKING_DAY,
}
SEVERITIES = {"Khẩn": "Urgent", "Thường": "Normal"}
VERDICTS = {
    "đúng hạn": clocks.ON_TIME,
    "trễ": clocks.LATE,
    "trễ có gia hạn": clocks.LATE_EXTENDED,
    "trong hạn": clocks.OPEN,
    "quá hạn": clocks.OVERDUE,
}
# What happens: kind of event and the phase after it (None: as before).
HAPPENINGS = {
    "nhận": ("received", "new"),
    "giao": ("assign", "assigned"),
    "hỏi dân": ("ask", "waiting"),
    "dân bổ sung": ("supply", "processing"),
    "trình": ("submit", "approval"),
    "trả về": ("send_back", "processing"),
    "trả lại": ("return", "screening"),
    "trả lời": ("answer", "answered"),
    "công khai": ("publish", None),
    "đóng": ("close", "closed"),
    "mở lại": ("reopen", "assigned"),
    "từ chối": ("refuse", "refused"),
    "hướng dẫn nơi khác": ("redirect", "redirected"),
    "xin gia hạn": ("extension_requested", None),
    "gia hạn": ("extension_granted", None),
    "sửa mức độ": ("edited", None),
}
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class Case(NamedTuple):
    """One row of deadline_cases.csv. `before`: the calendar that held until it was changed, where it was."""

    number: int
    title: str
    calendar: Calendar
    before: Calendar
    agencies: dict[str, Calendar]
    policy: Policy
    events: list[Event]
    now: datetime
    clock: str
    cycle: int | None
    due: datetime
    verdict: str
    used: int | None
    reasoning: str

    def calendar_of(self, agency: str | None, moment: datetime) -> Calendar:
        return self.agencies.get(agency, self.calendar)


def read_cases() -> list[Case]:
    """All cases of the table. Raises KeyError or ValueError on a word that is not known."""
    calendars = read_calendars()
    return [_case(row, calendars) for row in _table("deadline_cases.csv")]


def read_calendars() -> dict[str, Calendar]:
    """The calendars of the table by name."""
    data: dict[str, dict] = {}
    for row in _table("deadline_calendars.csv"):
        own = data.setdefault(row["Lịch"], {"shifts": [], "days_off": [], "working_days": []})
        kind, day, hours = row["Loại"], row["Ngày hoặc thứ"], row["Giờ"]
        if kind == "như":
            own.update({part: list(rows) for part, rows in data[day].items()})
        elif kind == "ca":
            own["shifts"] += _shifts(day, hours, row["Hiệu lực"])
        elif kind == "nghỉ":
            part = dict(zip(("from", "to"), hours.split("–"), strict=True)) if hours else {}
            own["days_off"].append({"date": _day(day), **part})
        elif kind == "làm bù":
            weekday = WEEKDAYS.index(hours.removeprefix("như "))
            own["working_days"].append({"date": _day(day), "as_weekday": weekday})
        elif kind == "suốt ngày đêm":
            own["round_the_clock"] = True
        else:  # bỏ nghỉ, bỏ làm bù
            part = {"bỏ nghỉ": "days_off", "bỏ làm bù": "working_days"}[kind]
            own[part] = [entry for entry in own[part] if entry["date"] != _day(day)]
    return {name: Calendar.from_dict(own) for name, own in data.items()}


def _shifts(days: str, hours: str, validity: str) -> list[dict]:
    first, _, last = days.partition(" – ")
    numbers = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    start, end = hours.split("–")
    since, _, until = validity.partition("–")
    bounds = {"valid_from": since.strip(), "valid_to": until.strip()}
    valid = {name: _day(day) for name, day in bounds.items() if day}
    return [{"weekday": number, "start": start, "end": end, **valid} for number in numbers]


def _case(row: dict[str, str], calendars: dict[str, Calendar]) -> Case:
    province, *others = (part.strip() for part in row["Lịch"].split(";"))
    before, _, after = province.partition(" → ")
    agencies = dict(part.split(" = ") for part in others)
    clock, cycle = re.fullmatch(r"(.+?)(?: (\d+))?", row["Đồng hồ"]).groups()
    return Case(
        number=int(row["Số"]),
        title=row["Tình huống"],
        calendar=calendars[after or before],
        before=calendars[before],
        agencies={agency: calendars[name] for agency, name in agencies.items()},
        policy=Policy([_row(text, n) for n, text in enumerate(row["Quy tắc"].split(" ; "), 1)]),
        events=[_event(text) for text in row["Diễn biến"].split(" ; ")],
        now=moment(row["Xem lúc"]),
        clock=CLOCKS[clock],
        cycle=int(cycle) if cycle else None,
        due=moment(row["Hạn"]),
        verdict=VERDICTS[row["Kết luận"]],
        used=int(row["Phút đã dùng"]) if row["Phút đã dùng"] else None,
        reasoning=row["Lập luận"],
    )


def _row(text: str, number: int) -> Row:
    head, start, *more = (part.strip() for part in text.split(","))
    if re.search(r"\d$", head):  # the comma was the one of 1,5
        head, start, *more = f"{head},{start}", *more
    severity, clock, amount, unit = re.fullmatch(r"(?:\[(\w+)\] )?(\D+?) ([\d/,]+) (\D+)", head).groups()
    return Row(
        name=f"row {number}",
        number=number,
        clock=CLOCKS[clock],
        amount=_amount(amount),
        unit=UNITS[unit],
        start_rule=STARTS[start],
        severity=SEVERITIES[severity] if severity else None,
        on_transfer={(): None, ("giao lại tính lại",): policy.RESTART}[tuple(more)],
    )


def _event(text: str) -> Event:
    at, words = re.fullmatch(r"([\d:]+ [\d/]+) (.+)", text).groups()
    happening = max((word for word in HAPPENINGS if f"{words} ".startswith(f"{word} ")), key=len)
    kind, phase = HAPPENINGS[happening]
    rest = words.removeprefix(happening).strip()
    event = Event(moment(at), kind, phase)
    if happening == "giao":
        return event._replace(agency=rest)
    if happening in ("nhận", "sửa mức độ"):
        return event._replace(changes={"severity": SEVERITIES[rest or "Thường"]})
    if rest.startswith("đến "):
        return event._replace(extensions=(Extension(policy.RESOLVE, moment(rest.removeprefix("đến "))),))
    if rest:
        amount, unit = rest.removeprefix("thêm ").split(" ", 1)
        extension = Extension(policy.RESOLVE, amount=_amount(amount), unit=UNITS[unit])
        return event._replace(extensions=(extension,))
    return event


def _amount(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def moment(text: str) -> datetime:
    clock, day = text.split(" ")
    return datetime.combine(
        _day(day), datetime.strptime(clock, "%H:%M:%S" if clock.count(":") > 1 else "%H:%M").time()
    )


def _day(text: str) -> date:
    return datetime.strptime(text, "%d/%m/%Y").date()


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
