"""A small province for the tests: a duty centre, two departments, a ward, a person for each role.

Made once a site and kept (browser and server read it too); what a test does in it, the test rolls back or
makes with a name of its own.
"""

import frappe

PASSWORD = "Thu-nghiem-2026!"
DUTY, ROADS, HEALTH, WARD_OFFICE = "T-DUTY", "T-ROADS", "T-HEALTH", "T-WARD"
WARD = "99001"
POTHOLES, FOOD, TOGETHER = "t-potholes", "t-food", "t-together"

COORDINATOR = "coordinator@test.example"
SECOND_COORDINATOR = "coordinator2@test.example"
OFFICER = "officer.roads@test.example"
SECOND_OFFICER = "officer2.roads@test.example"
LEADER = "leader.roads@test.example"
OTHER_OFFICER = "officer.health@test.example"
SUPERVISOR = "supervisor@test.example"
ADMINISTRATOR = "administrator@test.example"

PEOPLE = {
    # First: the framework makes the first person of a site a System Manager, whatever the roles say.
    "system@test.example": ("Người Quản Lý Hệ Thống", "System Manager"),
    COORDINATOR: ("Lê Thị Điều Phối", "Phanhoi Coordinator"),
    SECOND_COORDINATOR: ("Phạm Văn Trực", "Phanhoi Coordinator"),
    OFFICER: ("Trần Văn Đường", "Phanhoi Officer"),
    SECOND_OFFICER: ("Hoàng Thị Cầu", "Phanhoi Officer"),
    LEADER: ("Nguyễn Thị Lãnh Đạo", "Phanhoi Leader"),
    OTHER_OFFICER: ("Vũ Văn Y", "Phanhoi Officer"),
    SUPERVISOR: ("Đỗ Giám Sát", "Phanhoi Supervisor"),
    ADMINISTRATOR: ("Bùi Quản Trị", "Phanhoi Administrator"),
}
MEMBERS = {
    DUTY: [(COORDINATOR, "Coordinator")],
    ROADS: [(OFFICER, "Officer"), (SECOND_OFFICER, "Officer"), (LEADER, "Leader")],
    HEALTH: [(OTHER_OFFICER, "Officer")],
}
GOOD = {
    "title": "Ổ gà trên đường Lê Lai",
    "content": "Trước số nhà 12 có ổ gà rất sâu, xe máy ngã nhiều lần.",
    "field": POTHOLES,
    "area": WARD,
    "address": "12 Lê Lai",
    "citizen_name": "Nguyễn Văn An",
    "citizen_phone": "0912 345 678",
    "identity_wish": "Hidden from the public",
}


def ensure() -> None:
    """Make what is missing, and commit it."""
    user = frappe.session.user
    frappe.set_user("Administrator")
    for email, (name, role) in PEOPLE.items():
        _ensure_user(email, name, role)
    _ensure(
        "Area", "T-PROVINCE", area_code="T-PROVINCE", area_name="Tỉnh Thử", area_type="Province", is_group=1
    )
    _ensure(
        "Area",
        WARD,
        area_code=WARD,
        area_name="Phường Thử Nghiệm",
        area_type="Ward",
        parent_area="T-PROVINCE",
    )
    _ensure(
        "Agency",
        "T-PROVINCE",
        agency_code="T-PROVINCE",
        agency_name="UBND tỉnh Thử",
        agency_type="Province office",
        is_group=1,
    )
    for code, name, kind in (
        (DUTY, "Trung tâm điều hành Thử", "Duty centre"),
        (ROADS, "Sở Xây dựng Thử", "Department"),
        (HEALTH, "Sở Y tế Thử", "Department"),
        (WARD_OFFICE, "UBND phường Thử Nghiệm", "Commune"),
    ):
        _ensure(
            "Agency",
            code,
            agency_code=code,
            agency_name=name,
            agency_type=kind,
            parent_agency="T-PROVINCE",
            area=WARD if code == WARD_OFFICE else None,
            members=[{"user": user, "duty": duty} for user, duty in MEMBERS.get(code, ())],
        )
    _ensure(
        "Field",
        POTHOLES,
        field_code=POTHOLES,
        field_name="Ổ gà, mặt đường",
        default_agency=ROADS,
        needs_approval=1,
    )
    _ensure(
        "Field",
        FOOD,
        field_code=FOOD,
        field_name="An toàn thực phẩm thử",
        default_agency=HEALTH,
        needs_approval=0,
        questions=[
            {
                "question_code": "sick",
                "label": "Có người bị ngộ độc không?",
                "question_type": "Choice",
                "options": "Không\nCó\nĐang nguy kịch",
                "required": 1,
                "stops_when": "Đang nguy kịch",
                "stop_message": "Hãy gọi ngay 115.",
            },
            {
                "question_code": "people",
                "label": "Bao nhiêu người?",
                "question_type": "Number",
                "required": 1,
                "shown_when_question": "sick",
                "shown_when_value": "Có",
            },
            {"question_code": "day", "label": "Ngày ăn", "question_type": "Date"},
        ],
    )
    _ensure(
        "Field",
        TOGETHER,
        field_code=TOGETHER,
        field_name="Trật tự đô thị thử",
        route_by_area=1,
        needs_approval=1,
    )
    settings = frappe.get_single("Phanhoi Settings")
    wanted = {
        "screening_agency": DUTY,
        "province_name": "Thử Nghiệm",
        "portal_title": "Phản hồi Thử",
        "complaints_per_address_per_hour": 0,
        "complaints_per_phone_per_day": 0,
    }
    if any(str(settings.get(key)) != str(value) for key, value in wanted.items()):
        settings.update(wanted)
        settings.save()
    frappe.db.commit()
    frappe.set_user(user)


def _ensure(doctype: str, name: str, **values) -> None:
    if not frappe.db.exists(doctype, name):
        frappe.get_doc({"doctype": doctype, **values}).insert()


def _ensure_user(email: str, name: str, role: str) -> None:
    if frappe.db.exists("User", email):
        if role != "System Manager" and "System Manager" in frappe.get_roles(email):
            frappe.get_doc("User", email).remove_roles("System Manager")
        return
    user = frappe.get_doc(
        {
            "doctype": "User",
            "email": email,
            "first_name": name,
            "language": "vi",
            "send_welcome_email": 0,
            "roles": [{"role": role}],
        }
    )
    user.flags.no_welcome_mail = True
    user.insert()
    from frappe.utils.password import update_password

    update_password(email, PASSWORD)
