"""The doors to the history over HTTP, as the almighty Administrator: each refuses, and no row changes."""

import pytest
import requests

from phanhoi_app.history import triggers

TAG, LIKE = "frappe.desk.doctype.tag.tag.add_tag", "frappe.desk.like.toggle_like"


@pytest.fixture
def event(site, province):
    """The name of a committed event."""
    from helpers.people import acting

    from phanhoi_app.intake.receive import receive

    with acting(site, "Guest"):
        complaint = receive(dict(province.GOOD), channel="Web")
    site.db.commit()
    return f"{complaint.name}-0001"


@pytest.fixture
def call(server):
    """``call("PUT", "/api/…", values)`` as Administrator."""
    session = requests.Session()
    answer = session.post(
        f"{server.gunicorn_url}/api/method/login",
        data={"usr": "Administrator", "pwd": server.administrator_password},
        headers={"Host": server.site},
    )
    assert answer.ok, answer.text

    def ask(verb: str, path: str, values: dict):
        return session.request(
            verb,
            f"{server.gunicorn_url}{path}",
            json=values,
            headers={"Host": server.site, "Accept": "application/json"},
        )

    return ask


def doors(event: str) -> list[tuple]:
    """(method, path, values): REST of both versions, and the framework's methods."""
    method, complaint = "/api/method/", event.rsplit("-", 1)[0]
    both = ("/api/resource/Complaint Event", "/api/v2/document/Complaint Event")
    doc = {"doctype": "Complaint Event", "name": event}
    return [
        *(("PUT", f"{base}/{event}", {"reason": "x"}) for base in both),
        *(("DELETE", f"{base}/{event}", {}) for base in both),
        *(("POST", base, {"complaint": complaint, "sequence": 2, "kind": "x"}) for base in both),
        ("POST", f"{both[0]}/{event}?run_method=rename", {"name": "x", "validate_rename": False}),
        ("POST", f"{both[1]}/{event}/method/rename", {"name": "x", "validate_rename": False}),
        ("POST", f"{method}run_doc_method", {"dt": doc["doctype"], "dn": event, "method": "_rename", "args": {}}),
        ("POST", f"{method}frappe.client.set_value", {**doc, "fieldname": "reason", "value": "x"}),
        ("POST", f"{method}frappe.client.delete", doc),
        ("POST", f"{method}frappe.client.rename_doc", doc | {"old_name": event, "new_name": "x"}),
        ("POST", f"{method}frappe.client.save", {"doc": doc | {"reason": "x"}}),
        ("POST", f"{method}frappe.desk.form.utils.add_comment", {
            "reference_doctype": doc["doctype"], "reference_name": event, "content": "x",
            "comment_email": "x@test.example", "comment_by": "x"}),
        ("POST", f"{method}{LIKE}", doc | {"add": "Yes"}),
        ("POST", f"{method}{TAG}", {"tag": "x", "dt": doc["doctype"], "dn": event}),
        ("POST", f"{method}{TAG}s", {"tags": ["x"], "dt": doc["doctype"], "docs": [event]}),
        ("DELETE", f"/api/resource/Complaint/{complaint}", {}),
        ("PUT", f"/api/resource/Complaint/{complaint}", {"last_hash": "x"}),
        ("POST", f"{method}frappe.client.rename_doc", {
            "doctype": "Complaint", "old_name": complaint, "new_name": "x"}),
    ]  # fmt: skip


def test_each_door_refuses_and_nothing_is_written(site, event, call):
    complaint = event.rsplit("-", 1)[0]

    def state():
        site.db.rollback()
        return (
            site.db.sql("select * from `tabComplaint Event` where complaint = %s", complaint),
            site.db.sql("select * from `tabComplaint` where name = %s", complaint),
        )

    before = state()
    answers = {f"{m} {path} {values}": call(m, path, values) for m, path, values in doors(event)}
    assert state() == before
    for door, answer in answers.items():
        assert answer.status_code in (403, 404, 417), door
    assert triggers.missing() == []


def test_other_documents_are_tagged_as_ever(site, event, call):
    complaint = event.rsplit("-", 1)[0]
    assert call("POST", f"/api/method/{TAG}", {"tag": "x", "dt": "Complaint", "dn": complaint}).ok
    site.db.rollback()
    assert site.db.get_value("Complaint", complaint, "_user_tags") == ",x"
    untag = TAG.replace("add_tag", "remove_tag")
    assert call("POST", f"/api/method/{untag}", {"tag": "x", "dt": "Complaint", "dn": complaint}).ok
