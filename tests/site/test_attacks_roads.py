"""Attacks: what one may not see answers as what does not exist, by the roads of newer versions too, and to whoever
makes another document link to it."""

import json

import pytest
from helpers import world
from helpers.stage import MISSING, refused
from test_attacks_guessing import without

HIDDEN = ("theirs", "sealed")
# Roads of REST v1 and v2 as version-15 and version-16 have them; the framework here knows some of them only, but our
# gate stands before all.
ROADS = {
    "/api/v1/resource/Complaint/{}": "GET",
    "/api/v2/document/Complaint/{}": "GET",
    "/api/v2/document/Complaint/{}/": "PATCH",
    "/api/v2/document/Complaint/{}/copy": "GET",
    "/api/v2/document/Complaint/{}/method/get_title": "GET",
    "/api/v1/method/frappe.client.set_value?doctype=Complaint&name={}&fieldname=answer_text": "POST",
    "/api/v2/method/frappe.client.set_value?doctype=Complaint&name={}&fieldname=answer_text": "POST",
    "/api/v2/method/Complaint/anything?doctype=Complaint&name={}": "POST",
    '/api/v2/method/run_doc_method?method=get_title&document={{"doctype":"Complaint","name":"{}"}}': "POST",
    '/api/method/run_doc_method?method=get_title&docs={{"doctype":"Complaint","name":"{}"}}': "POST",
    '/api/v2/document/Complaint/bulk_delete?names=["{}"]': "POST",
    '/api/v2/document/Complaint/bulk_update?docs=[{{"name":"{}","answer_text":"x"}}]': "POST",
    '/api/v2/method/bulk_delete?docs=[{{"doctype":"Complaint","name":"{}"}}]': "POST",
    '/api/v2/method/bulk_update?docs=[{{"doctype":"Complaint","name":"{}"}}]': "POST",
    # what stands as `cmd` is done, whatever the address says
    "/api/method/frappe.client.get_count?cmd=frappe.client.delete&doctype=Complaint&name={}": "POST",
    "/api/v2/document/ToDo?reference_type=Complaint&reference_name={}": "POST",
}


def asked(stage, user: str, road: str, http: str) -> tuple:
    """What our gate says to a request on this road, before anything else is asked."""
    path, _, query = road.partition("?")
    form = dict(part.split("=", 1) for part in query.split("&") if part)
    return stage.door(user)._through(path, http, form, lambda: "let through")


@pytest.mark.parametrize("user", [world.OFFICER, "stranger@test.example", "Guest"])
def test_a_hidden_complaint_is_asked_for_by_every_road(stage, user):
    for road, http in ROADS.items():
        nothing = asked(stage, user, road.format(MISSING), http)
        assert nothing[0] == 404, (road, nothing)
        for which in HIDDEN:
            name = getattr(stage, which)
            assert without(asked(stage, user, road.format(name), http), name) == without(nothing, MISSING), (
                road
            )


def test_the_roads_are_open_to_what_one_sees(stage):
    for road, http in ROADS.items():
        answer = asked(stage, world.OFFICER, road.format(stage.mine), http)
        assert answer[0] == 200, (road, answer)


def test_the_doctype_is_spelt_as_only_the_database_would_take_it(stage):
    for doctype in ("complaint", "COMPLAINT", "Complaint ", "complaint event"):
        for road in (f"/api/resource/{doctype}", "/api/method/frappe.client.get_list"):
            answer = asked(stage, world.OFFICER, f"{road}?doctype={doctype}", "GET")
            assert answer[0] == 404, (doctype, answer)


def test_whole_linked_documents_are_asked_for(stage):
    """Newer versions hand out a linked document in the place of its name: no account, and nothing of ours."""
    for query in ('expand=["officer"]', 'expand=["merged_into"]', "expand_links=1"):
        for road in ("/api/v1/resource/Complaint", f"/api/v1/resource/Complaint/{stage.mine}"):
            assert refused(asked(stage, world.OFFICER, f"{road}?{query}", "GET")), query


def test_a_former_holder_asks_for_what_stands_beside_the_complaint_today(stage):
    road = f"/api/v2/document/Complaint/{stage.left}"
    assert asked(stage, world.OTHER_OFFICER, road, "GET")[0] == 200
    assert refused(asked(stage, world.OTHER_OFFICER, f"{road}?include=comments,attachments", "GET"))
    assert asked(stage, world.OFFICER, f"{road}?include=comments", "GET")[0] == 200


LINKING = {
    "Event": lambda n: {
        "subject": "Họp",
        "starts_on": "2026-01-05 08:00:00",
        "event_participants": [{"reference_doctype": "Complaint", "reference_docname": n}],
    },
    "ToDo": lambda n: {"description": "x", "reference_type": "Complaint", "reference_name": n},
    "Reminder": lambda n: {
        "description": "x",
        "remind_at": "2099-01-05 08:00:00",
        "reminder_doctype": "Complaint",
        "reminder_docname": n,
    },
    "Document Follow": lambda n: {"ref_doctype": "Complaint", "ref_docname": n, "user": world.OFFICER},
    "Tag Link": lambda n: {"document_type": "Complaint", "document_name": n, "tag": "x"},
    "Contact": lambda n: {"first_name": "x", "links": [{"link_doctype": "Complaint", "link_name": n}]},
    "Communication": lambda n: {
        "subject": "x",
        "timeline_links": [{"link_doctype": "Complaint", "link_name": n}],
    },
    # those that he may not make at all tell no more
    "Message": lambda n: {"complaint": n},
    "Auto Repeat": lambda n: {"reference_doctype": "Complaint", "reference_document": n},
    "User Permission": lambda n: {"allow": "Complaint", "for_value": n, "user": world.OFFICER},
}


@pytest.mark.parametrize("doctype", LINKING)
def test_another_document_is_linked_to_a_hidden_complaint(stage, doctype):
    """By REST, by the form, in rows; new, and changed afterwards: the answer is that of a number that is not there."""
    ways = (
        lambda door, row: door.rest("POST", f"/api/resource/{doctype}", row),
        lambda door, row: door.method("frappe.client.insert", doc=json.dumps({"doctype": doctype, **row})),
        lambda door, row: door.method(
            "frappe.client.insert_many", docs=json.dumps([{"doctype": doctype, **row}])
        ),
        lambda door, row: door.method(
            "frappe.desk.form.save.savedocs",
            doc=json.dumps({"doctype": doctype, "name": "new-x-1", "__islocal": 1, **row}),
            action="Save",
        ),
    )
    door = stage.door(world.OFFICER)
    for way in ways:
        nothing = way(door, LINKING[doctype](MISSING))
        assert refused(nothing)
        for which in HIDDEN:
            name = getattr(stage, which)
            assert without(way(door, LINKING[doctype](name)), name) == without(nothing, MISSING), which


def test_an_own_appointment_is_changed_so_as_to_link_to_a_hidden_complaint(stage):
    """The row knows already that it is about complaints: the number alone is sent."""
    door = stage.door(world.OFFICER)
    event = {"doctype": "Event", **LINKING["Event"](stage.mine)}
    made = door.method("frappe.client.insert", doc=json.dumps(event))
    assert made[0] == 200
    row = made[1]["message"].event_participants[0]
    ways = (
        lambda n: door.method(
            "frappe.client.set_value",
            doctype="Event Participants",
            name=row.name,
            fieldname="reference_docname",
            value=n,
        ),
        lambda n: door.rest("PUT", f"/api/resource/Event Participants/{row.name}", {"reference_docname": n}),
    )
    for way in ways:
        nothing = way(MISSING)
        assert refused(nothing)
        for which in HIDDEN:
            name = getattr(stage, which)
            assert without(way(name), name) == without(nothing, MISSING)


def test_past_the_gate_a_document_finds_no_hidden_complaint_either(stage):
    """What a job or another app saves for a user: the second line, in the framework's own words."""
    frappe = stage.frappe

    def said(name):
        with pytest.raises(frappe.LinkValidationError) as error:
            stage.door(world.OFFICER).run(
                lambda: frappe.get_doc({"doctype": "Event", **LINKING["Event"](name)}).insert()
            )
        return str(error.value).replace(name, "…")

    assert said(stage.theirs) == said(stage.sealed) == said(MISSING)
