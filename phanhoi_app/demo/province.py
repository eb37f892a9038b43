"""Loads what the demo's stories stand on: areas, fields, agencies, people, settings. What exists is left alone."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe import defaults
from frappe.utils import cint
from frappe.utils.password import update_password

from phanhoi_app.access import roles
from phanhoi_app.demo import files

AREA_TYPES = {"province": "Province", "commune": "Commune", "ward": "Ward"}
AGENCY_TYPES = {
    "province_committee": "Province office",
    "province_office": "Province office",
    "department": "Department",
    "subdepartment": "Department",
    "vertical": "Vertical agency",
    "commune": "Commune",
    "utility": "Utility",
    "one_stop": "One-stop centre",
    "hotline": "Duty centre",
    "inspectorate": "Inspectorate",
    "board": "Board",
    "public_unit": "Public unit",
}
ROLES = {
    "administrator": roles.ADMINISTRATOR,
    "supervisor": roles.SUPERVISOR,
    "coordinator": roles.COORDINATOR,
    "officer": roles.OFFICER,
    "leader": roles.LEADER,
    "citizen": roles.CITIZEN,
}
QUESTION_TYPES = {
    "choice": "Choice",
    "text": "Text",
    "number": "Number",
    "yes_no": "Yes/No",
    "date": "Date",
}
YES_NO = {"yes": "Yes", "no": "No"}
SPEAKS_ENGLISH = frozenset({"cong.dan.3@phanhoi.example"})
SCREENING_AGENCY = "duong-day-nong"
PROVINCE = "38"
# What cannot wait for office hours: handled day and night, within a day by the clock.
EMERGENCIES = "Sự cố khẩn, trực 24/24"
EMERGENCY_FIELDS = frozenset(
    {"roads", "lighting", "drainage", "power", "water", "fire_rescue", "public_order"}
)


def load_areas(advance) -> None:
    """The province and its communes and wards."""
    for row in files.areas():
        _ensure(
            "Area",
            row["code"],
            area_code=row["code"],
            area_name=row["name"],
            area_type=AREA_TYPES[row["type"]],
            parent_area=row["parent"] or None,
            is_group=int(not row["parent"]),
            valid_from=row["valid_from"],
            latitude=float(row["latitude"]) if row["latitude"] else None,
            longitude=float(row["longitude"]) if row["longitude"] else None,
        )
        advance()
    frappe.db.commit()


def load_people(advance, password: str | None) -> str | None:
    """A user for each person. Returns the password that all of them now have, None when all were there already.

    Without `password` a random one is made. Where some are missing (the first time, or after an interruption), the
    password is set for all, so that the one that was printed last holds.
    """
    people = files.people()
    missing = [person for person in people if not frappe.db.exists("User", person["email"])]
    if missing:
        password = password or secrets.token_urlsafe(12)
    with _many_users():
        for person in people:
            if missing:
                _ensure_user(person)
                update_password(person["email"], password)
            advance()
    # The framework would now look each of them up at gravatar, by the network, in jobs that other jobs wait behind.
    frappe.db.after_commit.reset()
    frappe.db.commit()
    frappe.clear_cache()
    return password if missing else None


@contextmanager
def _many_users() -> Iterator[None]:
    """Lift what the framework has against many new users at once. The caller clears the cache afterwards.

    It takes in at most 60 an hour unless they are imported; and at each it writes a default of the whole site and
    forgets every DocType it has read, which would be two thirds of the time.
    """
    importing, forget = frappe.flags.in_import, defaults._clear_cache
    frappe.flags.in_import, defaults._clear_cache = True, lambda parent: None
    try:
        yield
    finally:
        frappe.flags.in_import, defaults._clear_cache = importing, forget


def _ensure_user(person: dict) -> None:
    if frappe.db.exists("User", person["email"]):
        return
    user = frappe.new_doc("User")
    user.update(
        {
            "email": person["email"],
            "first_name": person["full_name"],
            "language": "en" if person["email"] in SPEAKS_ENGLISH else "vi",
            "phone": person["phone"],
            "bio": person["title"],
            "send_welcome_email": 0,
        }
    )
    user.append("roles", {"role": ROLES[person["role"]]})
    user.flags.no_welcome_mail = True
    user.insert()


def load_agencies(advance) -> None:
    """The agencies with their members and duties."""
    members: dict[str, list[dict]] = {}
    for person in files.people():
        if person["agency"] and person["duty"]:
            member = {"user": person["email"], "duty": person["duty"].capitalize()}
            members.setdefault(person["agency"], []).append(member)
    rows = files.agencies()
    parents = {row["parent"] for row in rows}
    for row in rows:
        _ensure(
            "Agency",
            row["code"],
            agency_code=row["code"],
            agency_name=row["name"],
            agency_type=AGENCY_TYPES[row["type"]],
            parent_agency=row["parent"] or None,
            is_group=int(row["code"] in parents),
            area=row["area"] or None,
            phone=row["phone"],
            members=members.get(row["code"], []),
        )
        advance()
    frappe.db.commit()


def load_fields(advance, of_hotline) -> None:
    """The fields with their questions, and the deadline of emergencies. `of_hotline(code)`: what operators ask."""
    _ensure(
        "Deadline Policy",
        EMERGENCIES,
        policy_name=EMERGENCIES,
        enabled=1,
        rows=[{"severity": "Urgent", "amount": 24, "unit": "Hours", "start_rule": "At once"}],
    )
    for number, entry in enumerate(files.fields(), 1):
        _ensure(
            "Field",
            entry["code"],
            field_code=entry["code"],
            field_name=entry["name_vi"],
            field_name_en=entry["name_en"],
            description=entry["description_vi"],
            description_en=entry["description_en"],
            icon=entry["icon"],
            parent_field=entry["parent"],
            is_group=int(entry["is_group"]),
            sort_order=number * 10,
            keywords="\n".join(entry["keywords"]),
            default_agency=entry["default_agency"],
            route_by_area=int(entry["by_area"]),
            needs_approval=int(entry["needs_approval"]),
            publishes_by_default=int(entry["publishes_by_default"]),
            sealed=int(entry["sealed"]),
            deadline_policy=EMERGENCIES if entry["code"] in EMERGENCY_FIELDS else None,
            questions=[_question(question, entry["questions"]) for question in entry["questions"]],
            **of_hotline(entry["code"]),
        )
        advance()
    frappe.db.commit()


def _question(question: dict, questions: list[dict]) -> dict:
    options = question.get("options", [])
    row = {
        "question_code": question["code"],
        "label": question["label_vi"],
        "label_en": question["label_en"],
        "question_type": QUESTION_TYPES[question["type"]],
        "required": int(question["required"]),
        "options": "\n".join(option["label_vi"] for option in options),
        "options_en": "\n".join(option["label_en"] for option in options),
        "help": question.get("help_vi"),
        "help_en": question.get("help_en"),
    }
    if shown := question.get("shown_when"):
        other = next(each for each in questions if each["code"] == shown["question"])
        row |= {"shown_when_question": other["code"], "shown_when_value": stored(other, shown["equals"])}
    for stop in question.get("stops_when", []):
        row |= {
            "stops_when": stored(question, stop["equals"]),
            "stop_message": stop["message_vi"],
            "stop_message_en": stop["message_en"],
        }
    return row


def stored(question: dict, value: str) -> str:
    """How an answer in the files is kept on the site: officers read the choice itself, in Vietnamese."""
    if question["type"] == "choice":
        return next(option["label_vi"] for option in question["options"] if option["value"] == value)
    return YES_NO[value] if question["type"] == "yes_no" else value


def load_settings() -> None:
    """Name, hotline, screening agency and map, where nobody has set them yet; marks the site as holding demo data."""
    settings = frappe.get_single("Phanhoi Settings")
    if cint(settings.demo):
        return
    duty = next(row for row in files.agencies() if row["code"] == SCREENING_AGENCY)
    centre = next(row for row in files.areas() if row["code"] == PROVINCE)
    wanted = {
        "province_name": "Thanh Hóa",
        "portal_title": "Phản hồi Thanh Hóa",
        "hotline": duty["phone"],
        "screening_agency": duty["code"],
        "map_latitude": float(centre["latitude"]),
        "map_longitude": float(centre["longitude"]),
    }
    for fieldname, value in wanted.items():
        df = settings.meta.get_field(fieldname)
        if str(settings.get(fieldname) or "") in ("", str(df.default or "")):
            settings.set(fieldname, value)
    settings.demo = 1
    settings.save()
    frappe.db.commit()


def _ensure(doctype: str, name: str, **values) -> None:
    if not frappe.db.exists(doctype, name):
        frappe.get_doc({"doctype": doctype, **values}).insert()
