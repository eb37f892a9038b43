"""Forty complaints in all phases and situations, and fifteen kinds of users around them: who sees what of which."""

import csv
from pathlib import Path

from helpers import world
from helpers.people import acting

TABLE = Path(__file__).parent / "who_sees_what.csv"
INSPECTORATE, ROADS_UNIT = "T-INSPECT", "T-ROADS-UNIT"
CONDUCT = "t-conduct"
KINDS = {
    "quản trị viên": world.ADMINISTRATOR,
    "quản trị kỹ thuật": "system@test.example",
    "điều phối viên": world.COORDINATOR,
    "điều phối viên thuộc Sở Xây dựng": "coordinator.roads@test.example",
    "giám sát": world.SUPERVISOR,
    "cán bộ Sở Xây dựng": world.OFFICER,
    "lãnh đạo Sở Xây dựng": world.LEADER,
    "người xem Sở Xây dựng": "viewer.roads@test.example",
    "cán bộ đội thuộc Sở Xây dựng": "officer.unit@test.example",
    "lãnh đạo UBND tỉnh": "leader.province@test.example",
    "cán bộ Sở Y tế": world.OTHER_OFFICER,
    "thanh tra viên": "officer.inspect@test.example",
    "người dân gửi": "sender@test.example",
    "người dân khác": "stranger@test.example",
    "khách": "Guest",
}
MEMBERS = {
    "coordinator.roads@test.example": ("Phanhoi Coordinator", world.ROADS, "Coordinator"),
    "viewer.roads@test.example": ("Phanhoi Officer", world.ROADS, "Viewer"),
    "officer.unit@test.example": ("Phanhoi Officer", ROADS_UNIT, "Officer"),
    "leader.province@test.example": ("Phanhoi Leader", "T-PROVINCE", "Leader"),
    "officer.inspect@test.example": ("Phanhoi Officer", INSPECTORATE, "Officer"),
    "leader.inspect@test.example": ("Phanhoi Leader", INSPECTORATE, "Leader"),
    "sender@test.example": ("Citizen", None, None),
    "stranger@test.example": ("Citizen", None, None),
}
# What stands in the table for the desk: reading, reading up to the end of the own part, acting. All else is nothing
# there: "qua cổng" is the citizen's own page, "công khai" what everybody reads on the portal.
READS, ONCE, ACTS = "đọc", "đọc đến lúc chuyển", "xử lý"


def table() -> list[dict]:
    """The rows of who_sees_what.csv: number, situation, phase, and a column for each kind of user."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def people(frappe) -> None:
    """Make the agencies, the sealed field and the people that the small province lacks. Commits nothing."""
    for code, name, parent in (
        (INSPECTORATE, "Thanh tra tỉnh Thử", "T-PROVINCE"),
        (ROADS_UNIT, "Đội duy tu Thử", world.ROADS),
    ):
        if parent == world.ROADS:
            frappe.db.set_value("Agency", world.ROADS, "is_group", 1)
        frappe.get_doc(
            {
                "doctype": "Agency",
                "agency_code": code,
                "agency_name": name,
                "agency_type": "Department",
                "parent_agency": parent,
            }
        ).insert()
    for user, (role, agency, duty) in MEMBERS.items():
        world._ensure_user(user, user.split("@")[0], role)
        if agency:
            document = frappe.get_doc("Agency", agency)
            document.append("members", {"user": user, "duty": duty})
            document.save()
    frappe.get_doc(
        {
            "doctype": "Field",
            "field_code": CONDUCT,
            "field_name": "Thái độ cán bộ thử",
            "sealed": 1,
            "sealed_agency": INSPECTORATE,
            "default_agency": INSPECTORATE,
            "needs_approval": 1,
        }
    ).insert()
    frappe.local.request_cache.clear()


class Storyteller:
    """Brings complaints into the table's situations and phases, by the verbs that people use."""

    def __init__(self, frappe):
        self.frappe = frappe

    def tell(self, situation: str, phase: str) -> str:
        """Make one complaint; returns its number."""
        complaint = self._file(situation)
        steps = getattr(self, f"_{_code(situation)}")
        steps(complaint, phase)
        self.frappe.local.request_cache.clear()
        found = self.frappe.db.get_value("Complaint", complaint, "phase")
        assert found == phase, (situation, phase, found)
        return complaint

    def _file(self, situation: str) -> str:
        from phanhoi_app.intake.receive import receive

        about = {
            "bảo mật, về Sở Xây dựng": {"field": CONDUCT, "accused_agency": world.ROADS},
            "bảo mật, không rõ cơ quan": {"field": CONDUCT},
            "bảo mật, về Thanh tra": {"field": CONDUCT, "accused_agency": INSPECTORATE},
            "tố cáo": {"kind": "Denunciation"},
        }.get(situation, {})
        with acting(self.frappe, "sender@test.example"):
            return receive({**world.GOOD, **about}, channel="Web").name

    def _do(self, user, complaint, verb, **inputs):
        from phanhoi_app.custody import perform

        self.frappe.local.request_cache.clear()
        with acting(self.frappe, user):
            perform.perform_verb(complaint, verb, inputs)

    def _desk(self, complaint, phase):
        steps = {
            "new": (),
            "screening": (("accept", {}),),
            "waiting": (("ask", {"question": "Ở đâu?"}),),
            "refused": (("refuse", {"refusal_reason": "spam"}),),
            "redirected": (("redirect", {"refusal_reason": "legal_complaint"}),),
        }[phase]
        for verb, inputs in steps:
            self._do(world.COORDINATOR, complaint, verb, **inputs)

    def _at(self, complaint, phase, agency, officer, leader):
        reached = ["assigned", "processing", "approval", "answered", "closed"]
        place = reached.index("processing" if phase == "waiting" else phase)
        steps = (
            (officer, "take", {}),
            (officer, "submit", {"answer_text": "Đã xử lý."}),
            (leader, "approve", {}),
            (leader if agency == INSPECTORATE else world.COORDINATOR, "close", {}),
        )[:place]
        for user, verb, inputs in steps:
            self._do(user, complaint, verb, **inputs)
        if phase == "waiting":
            self._do(officer, complaint, "ask", question="Ở đâu?")

    def _roads(self, complaint, phase):
        self._do(world.COORDINATOR, complaint, "assign", agency=world.ROADS)
        self._at(complaint, phase, world.ROADS, world.OFFICER, world.LEADER)

    def _moved(self, complaint, phase):
        """First with Health, then with Roads."""
        self._do(world.COORDINATOR, complaint, "assign", agency=world.HEALTH)
        self._roads(complaint, phase)

    def _published(self, complaint, phase):
        from phanhoi_app.custody import publication

        self._roads(complaint, phase)
        with acting(self.frappe, world.COORDINATOR):
            publication.publish(complaint, "Ổ gà", "Có ổ gà trên đường.", "Đã vá.")

    def _helped(self, complaint, phase):
        """With Roads; Health contributes."""
        from phanhoi_app.custody import parties

        self._roads(complaint, phase)
        parties.give(complaint, world.HEALTH, parties.CONTRIBUTOR)

    def _sealed(self, complaint, phase):
        self._at(
            complaint, phase, INSPECTORATE, "officer.inspect@test.example", "leader.inspect@test.example"
        )

    def _sealed_above(self, complaint, phase):
        """About the inspectorate itself: with the province above it."""

    def _denounced(self, complaint, phase):
        self._desk(complaint, phase)


def _code(situation: str) -> str:
    return {
        "ở bộ phận điều phối": "desk",
        "ở Sở Xây dựng": "roads",
        "ở Sở Xây dựng, trước ở Sở Y tế": "moved",
        "đã công khai": "published",
        "Sở Y tế phối hợp": "helped",
        "bảo mật, về Sở Xây dựng": "sealed",
        "bảo mật, không rõ cơ quan": "sealed",
        "bảo mật, về Thanh tra": "sealed_above",
        "tố cáo": "denounced",
    }[situation]
