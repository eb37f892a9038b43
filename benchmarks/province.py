"""What a complaint needs on the benchmark's own site: a desk that screens, an agency, an area, a field, no limits."""

import frappe

from benchmarks.million import make as million

FIELD, AREA, DUTY, AGENCY = "b-roads", "90001", "B-DUTY", "B-ROADS"
COMPLAINT = {
    "kind": "Feedback",
    "title": "Ổ gà sâu trước cổng trường Tiểu học Lê Lai",
    "content": (
        "Đoạn đường trước số nhà 12 Lê Lai có ổ gà rất sâu, trời mưa nước ngập không nhìn thấy, đã có ba xe máy "
        "ngã trong tuần này. Đề nghị UBND phường cho vá lại sớm, cháu nhỏ đi học qua đây rất nguy hiểm."
    ),
    "field": FIELD,
    "area": AREA,
    "address": "12 Lê Lai",
    "latitude": "19.8067",
    "longitude": "105.7768",
    "citizen_name": "Nguyễn Văn An",
    "citizen_phone": "0912345678",
    "identity_wish": "Hidden from the public",
}
LIMITS = ("complaints_per_address_per_hour", "complaints_per_phone_per_day", "guesses_per_address_per_hour")


def ensure() -> None:
    """Make what is missing, lift the limits for citizens, and commit."""
    _ensure("Area", AREA, area_code=AREA, area_name="Phường Đo Đạc", area_type="Ward")
    for code, name, kind in ((DUTY, "Trung tâm trực", "Duty centre"), (AGENCY, "Sở Đo Đạc", "Department")):
        _ensure("Agency", code, agency_code=code, agency_name=name, agency_type=kind)
    _ensure("Field", FIELD, field_code=FIELD, field_name="Mặt đường", default_agency=AGENCY)
    settings = frappe.get_doc("Phanhoi Settings")
    settings.screening_agency = DUTY
    settings.update(dict.fromkeys(LIMITS, 0))
    settings.save()
    frappe.db.commit()
    frappe.clear_cache()


def clear() -> None:
    """Begin with empty tables, so that one run is like another."""
    million.remove()
    frappe.db.sql_ddl("truncate table `tabComplaint Clock`")
    for doctype in ("ToDo", "File"):
        attached = " where attached_to_doctype = 'Complaint'" if doctype == "File" else ""
        frappe.db.sql(f"delete from `tab{doctype}`{attached}")  # noqa: S608
    frappe.db.commit()


def _ensure(doctype: str, name: str, **values) -> None:
    if not frappe.db.exists(doctype, name):
        frappe.get_doc({"doctype": doctype, **values}).insert()
