"""An administrator adds fields to the complaint and to the Web Form: citizens fill them in, without code."""

import pytest
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from helpers.portal import Portal

from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.portal import form, submit

ADDED = [
    {
        "fieldname": "t_vehicle",
        "label": "Loại xe",
        "fieldtype": "Select",
        "options": "\nÔ tô\nXe máy",
        "reqd": 0,
    },
    {"fieldname": "t_seen", "label": "Số lần thấy", "fieldtype": "Int"},
    {"fieldname": "t_since", "label": "Từ ngày", "fieldtype": "Date"},
    {"fieldname": "t_again", "label": "Đã báo trước đây", "fieldtype": "Check"},
    {"fieldname": "t_internal", "label": "Ghi chú nội bộ", "fieldtype": "Data"},
]


@pytest.fixture(scope="module")
def columns(site_session):
    """The columns, made once: a change of the schema commits."""
    site_session.set_user("Administrator")
    create_custom_fields({"Complaint": [{**df, "insert_after": "occurred_at"} for df in ADDED]})
    site_session.db.commit()
    yield
    for df in ADDED:
        site_session.delete_doc("Custom Field", f"Complaint-{df['fieldname']}", force=True)
    site_session.db.commit()
    site_session.clear_cache(doctype="Complaint")


@pytest.fixture
def web_form(site, columns, province):
    """The Web Form with the first four of the added fields; the fifth is for officers."""
    document = site.get_doc("Web Form", {"doc_type": "Complaint"})
    for df in ADDED[:4]:
        row = {"fieldname": df["fieldname"], "fieldtype": df["fieldtype"], "label": df["label"]}
        document.append("web_form_fields", row)
    document.save()
    yield document
    site.db.rollback()
    site.clear_document_cache("Web Form", document.name)


def values(province, **more):
    return {**province.GOOD, "kind": "Feedback", "token": "", "t_internal": "forged", **more}


def test_they_stand_in_the_form(web_form):
    items = {item.name: item for section in form.sections(web_form) for item in section.items}
    assert items["t_vehicle"].widget == "radio"
    assert [option["value"] for option in items["t_vehicle"].options] == ["Ô tô", "Xe máy"]
    assert (items["t_seen"].widget, items["t_since"].widget, items["t_again"].widget) == (
        "text",
        "date",
        "radio",
    )
    assert "t_internal" not in items


def test_what_is_filled_in_is_kept_and_what_is_not_offered_is_not(site, web_form, province):
    sent = values(province, t_vehicle="Xe máy", t_seen="3", t_since="01/11/2026", t_again="Yes")
    answer = Portal(site).post(f"/{web_form.route}", sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    code = answer.headers["Location"].split("/")[2]
    name = site.db.get_value("Complainant", {"tracking_code": code.replace("-", "")})
    stored = site.get_doc("Complaint", name)
    assert (stored.t_vehicle, stored.t_seen, str(stored.t_since), stored.t_again) == (
        "Xe máy",
        3,
        "2026-11-01",
        1,
    )
    assert not stored.t_internal


@pytest.mark.parametrize(
    ("fieldname", "typed"),
    [("t_vehicle", "Máy bay"), ("t_seen", "nhiều"), ("t_seen", "9999999999"), ("t_since", "31/02/2026")],
)
def test_what_is_wrong_is_said_at_its_field(web_form, province, fieldname, typed):
    with pytest.raises(InvalidSubmission) as caught:
        submit.submit(web_form, submit.read(web_form, values(province, **{fieldname: typed})), [], False)
    assert set(caught.value.errors) == {fieldname}
