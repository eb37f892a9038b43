"""The doors to the verbs: the framework's own methods lead through them, and tell no more than the user may read."""

import json

import pytest
from helpers.people import acting

from phanhoi_app.custody import api
from phanhoi_app.custody.errors import Conflict, MissingInput
from phanhoi_app.history import read


@pytest.fixture
def assigned(file_one, act, province):
    return act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)


def copy_of(site, complaint, **changed) -> str:
    """What the desk's form would send."""
    return json.dumps(
        {"doctype": "Complaint", "name": complaint.name, "modified": str(complaint.modified), **changed}
    )


def test_the_forms_action_is_the_verb(site, assigned, province):
    with acting(site, province.OFFICER):
        taken = api.apply_workflow(copy_of(site, assigned), "Take")
    assert (taken.phase, taken.officer) == ("processing", province.OFFICER)
    assert read.last_event(assigned.name).kind == "take"


def test_nothing_of_the_clients_copy_is_believed(site, assigned, province):
    with acting(site, province.OFFICER):
        api.apply_workflow(
            copy_of(site, assigned, agency=province.HEALTH, title="forged", owner="Guest"), "Take"
        )
    stored = site.get_doc("Complaint", assigned.name)
    assert (stored.agency, stored.title) == (province.ROADS, assigned.title)


def test_what_goes_back_holds_no_identity(site, assigned, province):
    with acting(site, province.OFFICER):
        taken = api.apply_workflow(copy_of(site, assigned), "Take")
        sent = site.as_json(taken)
    assert "0912345678" not in sent
    assert "Nguyễn Văn An" not in sent
    assert assigned.tracking_code not in sent


def test_the_dialogs_inputs_travel_with_the_document(site, file_one, province):
    complaint = file_one()
    with acting(site, province.COORDINATOR):
        assigned = api.apply_workflow(copy_of(site, complaint, __inputs={"agency": province.ROADS}), "Assign")
    assert assigned.agency == province.ROADS


def test_a_refusal_is_told_where_the_desk_shows_it(site, file_one, province):
    complaint = file_one()
    with acting(site, province.COORDINATOR):
        with pytest.raises(MissingInput):
            api.apply_workflow(copy_of(site, complaint), "Assign")
        assert site.local.message_log
    # To somebody who does not see it, it is as if it were not there.
    with acting(site, province.OTHER_OFFICER), pytest.raises(site.DoesNotExistError):
        api.act(complaint.name, "accept")


def test_other_doctypes_go_the_frameworks_way(site):
    todo = site.get_doc({"doctype": "ToDo", "description": "x"}).insert()
    with pytest.raises(Exception, match=r"(?i)workflow|quy trình|ToDo") as caught:
        api.apply_workflow(json.dumps({"doctype": "ToDo", "name": todo.name}), "Approve")
    assert not isinstance(caught.value, Conflict)


def test_a_bulk_action_does_what_it_can_and_says_what_not(site, file_one, province, monkeypatch):
    monkeypatch.setattr(site.local.db.__class__, "commit", lambda self: None)
    monkeypatch.setattr(site.local.db.__class__, "rollback", lambda self, **kwargs: None)
    fresh, done = file_one(), file_one()
    with acting(site, province.COORDINATOR):
        api.act(done.name, "accept")
        api.bulk_workflow_approval(json.dumps([fresh.name, done.name]), "Complaint", "Accept")
        said = site.as_json(site.local.message_log)
    assert site.db.get_value("Complaint", fresh.name, "phase") == "screening"
    assert done.name in said
    assert [event.kind for event in read.events(done.name)] == ["received", "accept"]
    monkeypatch.undo()


def test_the_lists_menu_offers_what_the_duty_allows_with_all_that_are_ticked(site, file_one, act, province):
    new, held = file_one(), act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)

    def offered(user, *complaints):
        rows = [{"name": complaint.name, "workflow_state": "forged"} for complaint in complaints]
        with acting(site, user):
            return api.get_common_transition_actions(json.dumps(rows), "Complaint")

    assert offered(province.COORDINATOR, new) == ["Accept"]  # not those that ask for an agency or a reason
    assert offered(province.OFFICER, held) == ["Take"]
    assert offered(province.COORDINATOR, held) == []  # another's to take
    assert offered(province.COORDINATOR, new, held) == []
    assert offered(province.OTHER_OFFICER, held) == []
    assert offered(province.OTHER_OFFICER, site._dict(name="PA-2026-999999")) == []


def test_the_proposal_for_publication_holds_no_phone(site, file_one, act, province):
    complaint = file_one(content="Gọi tôi 0912.345.678, Nguyễn Văn An, biển 36A-123.45 nhé")
    with acting(site, province.COORDINATOR):
        texts = api.publication_proposal(complaint.name)
    assert texts["public_content"] == "Gọi tôi […], […], biển […] nhé"
    with acting(site, province.OTHER_OFFICER), pytest.raises(site.DoesNotExistError):
        api.publication_proposal(complaint.name)
