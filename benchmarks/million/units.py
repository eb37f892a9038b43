"""Two hundred agencies of a province, with their areas and people, and the people whose lists are measured."""

import frappe

from benchmarks.million import texts
from phanhoi_app.history import rows as table_rows

TOP, DUTY, INSPECTORATE, POLICE = "M-UBND", "M-DUTY", "M-INSPECT", "M-CA"
DEPARTMENTS, COMMUNES, STATIONS, UTILITIES = 18, 106, 58, 14
OF_COMMUNES = ("m-roads", "m-waste", "m-flood", "m-noise", "m-build", "m-papers", "m-trees", "m-animals")
OF_DEPARTMENTS = ("m-roads", "m-traffic", "m-health", "m-school", "m-papers", "m-build")
OF_POLICE = ("m-order", "m-traffic", "m-noise")
OF_UTILITIES = ("m-light", "m-water", "m-power", "m-flood")
COORDINATOR, SUPERVISOR, LEADER, TOP_LEADER = (
    f"{who}@million.example" for who in ("coordinator", "supervisor", "leader", "top-leader")
)


def commune(number: int) -> str:
    """The code of a commune's agency; number 0 has the most complaints."""
    return f"M-X{number:03d}"


def station(number: int) -> str:
    """The code of a commune's police."""
    return f"M-CAX{number:03d}"


def officer(agency: str) -> str:
    """The officer of an agency."""
    return f"{agency.lower()}@million.example"


def rows() -> list[tuple[str, str, str, str | None]]:
    """(code, name, type, agency above) of the two hundred agencies; what is above comes first."""
    return [
        (TOP, "UBND tỉnh", "Province office", None),
        (DUTY, "Trung tâm tiếp nhận", "Duty centre", TOP),
        (INSPECTORATE, "Thanh tra tỉnh", "Inspectorate", TOP),
        (POLICE, "Công an tỉnh", "Vertical agency", None),
        *((f"M-S{n:02d}", f"Sở số {n}", "Department", TOP) for n in range(DEPARTMENTS)),
        *((commune(n), f"UBND xã số {n}", "Commune", TOP) for n in range(COMMUNES)),
        *((station(n), f"Công an xã số {n}", "Vertical agency", POLICE) for n in range(STATIONS)),
        *((f"M-U{n:02d}", f"Công ty số {n}", "Utility", None) for n in range(UTILITIES)),
    ]


def shares() -> tuple[list[str], list[float], list[tuple[str, ...]]]:
    """(agencies that handle, how often each does, the fields of each): a few have many, many have few."""
    found = []
    for group, fields, share in (
        ([commune(n) for n in range(COMMUNES)], OF_COMMUNES, 0.48),
        ([f"M-S{n:02d}" for n in range(DEPARTMENTS)], OF_DEPARTMENTS, 0.22),
        ([station(n) for n in range(STATIONS)], OF_POLICE, 0.15),
        ([f"M-U{n:02d}" for n in range(UTILITIES)], OF_UTILITIES, 0.13),
    ):
        weights = [(n + 3) ** -0.5 for n in range(len(group))]
        found += [
            (agency, share * w / sum(weights), fields) for agency, w in zip(group, weights, strict=True)
        ]
    agencies, weights, fields = zip(*found, strict=True)
    return list(agencies), list(weights), list(fields)


def area(agency: str, number: int) -> str:
    """The area of a complaint: a commune's own, or one of them all."""
    own = agency.removeprefix("M-X")
    return f"9{own if own.isdigit() else f'{number % COMMUNES:03d}'}"


def ensure() -> None:
    """Make what is missing, and commit."""
    for n in range(COMMUNES):
        code = f"9{n:03d}"
        _ensure("Area", code, area_code=code, area_name=f"Xã số {n}", area_type="Commune")
    above = {parent for *_rest, parent in rows() if parent}
    for code, name, kind, parent in rows():
        _ensure(
            "Agency",
            code,
            agency_code=code,
            agency_name=name,
            agency_type=kind,
            parent_agency=parent,
            is_group=int(code in above),
        )
    for code, (name, _wrong) in texts.FIELDS.items():
        sealed = {"sealed": 1, "sealed_agency": INSPECTORATE} if code == texts.SEALED else {}
        _ensure("Field", code, field_code=code, field_name=name, default_agency=DUTY, **sealed)
    _people(
        [
            (COORDINATOR, "Phanhoi Coordinator", None, None),
            (SUPERVISOR, "Phanhoi Supervisor", None, None),
            (LEADER, "Phanhoi Leader", POLICE, "Leader"),
            (TOP_LEADER, "Phanhoi Leader", TOP, "Leader"),
            *((officer(code), "Phanhoi Officer", code, "Officer") for code, *_rest in rows()),
        ]
    )
    frappe.db.commit()
    frappe.clear_cache()


def _people(wanted: list[tuple[str, str, str | None, str | None]]) -> None:
    """Accounts as rows (e-mail, role, agency, duty): the framework takes a second for each, and none ever logs in."""
    known = {row[0] for row in frappe.db.sql("select name from tabUser")}
    users, held, members = [], [], []
    for email, role, agency, duty in wanted:
        if email in known:
            continue
        name = texts.GIVEN[len(users) % len(texts.GIVEN)]
        user = {"email": email, "first_name": name, "full_name": name, "user_type": "System User"}
        users.append(_row(email) | user | {"enabled": 1, "language": "vi"})
        held.append(_row(f"{email}-role") | _child("User", email, "roles") | {"role": role})
        if agency:
            child = _child("Agency", agency, "members")
            members.append(_row(f"{email}-member") | child | {"user": email, "duty": duty})
    table_rows.insert("User", users)
    table_rows.insert("Has Role", held)
    table_rows.insert("Agency Member", members)


def _row(name: str) -> dict:
    now = frappe.utils.now_datetime()
    who = "Administrator"
    standard = {"owner": who, "modified_by": who, "creation": now, "modified": now}
    return {"name": name, **standard, "docstatus": 0, "idx": 1}


def _child(doctype: str, parent: str, field: str) -> dict:
    return {"parent": parent, "parenttype": doctype, "parentfield": field}


def _ensure(doctype: str, name: str, **values) -> None:
    if not frappe.db.exists(doctype, name):
        frappe.get_doc({"doctype": doctype, **values}).insert()
