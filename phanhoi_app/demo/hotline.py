"""The demo province's hotline: what operators ask, a roster around today with its notes, and some calls."""

from datetime import datetime, time, timedelta

import frappe

from phanhoi_app.demo import province
from phanhoi_app.history.now import as_of, now
from phanhoi_app.hotline import calls, handover
from phanhoi_app.rules import duty

OPERATORS = ("dieu.phoi@phanhoi.example", "dieu.phoi.2@phanhoi.example")
HOURS = [(time(7), time(19)), (time(19), time(7))]
DAYS_BEFORE, DAYS_AFTER = 7, 27
# field → (what is said first, what is asked)
SCRIPTS = {
    "fire_rescue": (
        "Đang cháy hoặc có người gặp nạn: đề nghị gọi ngay 114.",
        "Cháy, nổ hay mắc kẹt? Còn đang diễn ra không?\nĐịa chỉ, đường vào cho xe chữa cháy?\nCó người bị nạn không?",
    ),
    "public_order": (
        "Đang đánh nhau, có người bị đe dọa: đề nghị gọi ngay 113.",
        "Việc gì, còn đang diễn ra không?\nỞ đâu, gần số nhà nào?\nCó ai bị thương không?",
    ),
    "power": (
        "",
        "Mất điện cả khu hay một nhà? Từ lúc nào?\nCó dây đứt, cột đổ không?\nMã khách hàng (nếu nhớ)?",
    ),
    "water": ("", "Mất nước hay vỡ ống? Từ lúc nào?\nỞ đâu, gần số nhà nào?"),
    "drainage": ("", "Ngập sâu khoảng bao nhiêu?\nĐoạn đường nào, gần số nhà nào?\nXe có đi lại được không?"),
    "roads": ("", "Hư hỏng gì: ổ gà, sụt lún, nắp cống?\nỞ đâu, chiều nào?\nĐã có ai bị ngã chưa?"),
    "lighting": ("", "Một bóng hay cả đoạn không sáng?\nỞ đâu, gần cột số mấy?"),
}
NOTES = (
    "Không có gì đặc biệt.",
    "Mưa lớn từ 16 giờ, nhiều cuộc gọi báo ngập; đã chuyển đội thoát nước. Ca sau theo dõi tiếp.",
    "Điện lực báo mất điện theo kế hoạch đến 11 giờ sáng mai ở ba phường. Trả lời người gọi như thông báo.",
    "Hai phản ánh khẩn chưa có cơ quan nhận, đề nghị ca sau gọi nhắc.",
)
# (minutes ago, minutes it lasted; none: missed, whether it was recorded)
CALLS = (
    (2900, 4, True),
    (1500, 3, True),
    (1420, None, False),
    (310, 6, True),
    (95, None, False),
    (40, 2, True),
)


def of_field(code: str) -> dict:
    """What the hotline asks and says of a field, as values of its document."""
    said, asked = SCRIPTS.get(code, ("", ""))
    return {
        "emergency_sentence": said,
        "hotline_script": asked,
        "urgent": int(code in province.EMERGENCY_FIELDS),
    }


def load() -> None:
    """The roster of the duty centre from last week on, the notes of the shifts that are over, and calls; once."""
    if frappe.db.exists("Duty Shift", {"agency": province.SCREENING_AGENCY}):
        return
    today = now().date()
    days = today - timedelta(days=DAYS_BEFORE), today + timedelta(days=DAYS_AFTER)
    for number, shift in enumerate(duty.planned(OPERATORS, *days, HOURS)):
        made = frappe.get_doc(
            {
                "doctype": "Duty Shift",
                "agency": province.SCREENING_AGENCY,
                "user": shift.person,
                "starts_at": shift.start,
                "ends_at": shift.end,
            }
        ).insert()
        # The note of the last shift is still to be read by who is on now.
        if shift.end <= now():
            _note(made.name, shift, NOTES[number % len(NOTES)])
    for number, (ago, lasted, recorded) in enumerate(CALLS):
        _call(number, now() - timedelta(minutes=ago), lasted, recorded)
    frappe.db.commit()


def _note(name: str, shift: duty.Shift, text: str) -> None:
    before = frappe.session.user
    frappe.set_user(shift.person)
    try:
        with as_of(shift.end - timedelta(minutes=10)):
            handover.write(name, text)
    finally:
        frappe.set_user(before)


def _call(number: int, began: datetime, lasted: int | None, recorded: bool) -> None:
    told = {
        "call_id": f"demo-{number + 1}",
        "caller": f"09000007{number:02d}",
        "line": "1022",
        "started_at": began,
    }
    end = began + timedelta(minutes=lasted or 0, seconds=25)
    if lasted:
        told |= {"agent": OPERATORS[number % 2], "answered_at": began + timedelta(seconds=9)}
    if recorded:
        told["recording_url"] = f"https://tong-dai.example/ghi-am/demo-{number + 1}.wav"
    calls.take_in(told | {"ended_at": end})
