"""Passing on: one holder at any moment; the receiver takes it or says “not ours”; the third time somebody decides."""

import pytest
from helpers.people import acting

from phanhoi_app.custody import actions, perform
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.history import read


@pytest.fixture
def at_roads(file_one, act, province):
    return act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)


def holders(site, complaint) -> list[str]:
    return site.get_all(
        "Custody",
        filters={"complaint": complaint.name, "part": "Holder", "until": ("is", "not set")},
        pluck="party",
    )


def test_who_it_is_passed_to_holds_it_at_once_and_takes_it(site, at_roads, act, province):
    act(province.OFFICER, at_roads, "take")
    moved = act(province.OFFICER, at_roads, "transfer", agency=province.HEALTH, reason="Về thực phẩm")
    assert (moved.phase, moved.agency, moved.transfer_from) == ("assigned", province.HEALTH, province.ROADS)
    assert moved.officer is None
    assert holders(site, at_roads) == [province.HEALTH]
    with pytest.raises(NotAllowed):
        act(province.OFFICER, at_roads, "take")
    taken = act(province.OTHER_OFFICER, at_roads, "take")
    assert (taken.phase, taken.transfer_from, taken.bounces) == ("processing", None, 0)


def test_not_ours_goes_back_with_its_reason_and_counts(site, at_roads, act, province):
    act(province.OFFICER, at_roads, "transfer", agency=province.HEALTH, reason="Về thực phẩm")
    with pytest.raises(MissingInput) as caught:
        act(province.OTHER_OFFICER, at_roads, "decline")
    assert caught.value.fieldname == "reason"
    back = act(province.OTHER_OFFICER, at_roads, "decline", reason="Đây là mặt đường")
    assert (back.phase, back.agency, back.transfer_from, back.bounces) == (
        "assigned",
        province.ROADS,
        None,
        1,
    )
    assert holders(site, at_roads) == [province.ROADS]
    assert read.events(at_roads.name)[-1].reason == "Đây là mặt đường"


def test_going_round_is_stopped_and_the_desk_decides(site, at_roads, act, province):
    for count in (1, 2):
        act(province.OFFICER, at_roads, "transfer", agency=province.HEALTH, reason="Về thực phẩm")
        at = act(province.OTHER_OFFICER, at_roads, "decline", reason="Không phải")
        if count == 1:
            assert (at.agency, at.bounces) == (province.ROADS, 1)
    # The second passing to one who had it already counted as well: three in all, so the desk has it.
    assert (at.phase, at.agency, at.bounces) == ("screening", province.DUTY, 3)
    decided = act(province.COORDINATOR, at_roads, "assign", agency=province.HEALTH)
    assert decided.binding
    for verb, inputs in (
        ("transfer", {"agency": province.ROADS, "reason": "Vẫn không phải"}),
        ("return", {"reason": "Vẫn không phải"}),
    ):
        with pytest.raises(Conflict) as caught:
            act(province.OTHER_OFFICER, at_roads, verb, **inputs)
        assert "quyết định" in str(caught.value)
    with acting(site, province.OTHER_OFFICER):
        offered = actions.open_to_user(site.get_doc("Complaint", at_roads.name))
    assert {row["verb"] for row in offered.values()}.isdisjoint({"transfer", "return", "decline"})
    assert act(province.OTHER_OFFICER, at_roads, "take").phase == "processing"


def test_nobody_passes_on_a_third_time(at_roads, act, province):
    act(province.OFFICER, at_roads, "transfer", agency=province.HEALTH, reason="Về thực phẩm")
    act(province.OTHER_OFFICER, at_roads, "transfer", agency=province.ROADS, reason="Mặt đường")
    act(province.OFFICER, at_roads, "transfer", agency=province.HEALTH, reason="Về thực phẩm")
    with pytest.raises(Conflict) as caught:
        act(province.OTHER_OFFICER, at_roads, "transfer", agency=province.ROADS, reason="Mặt đường")
    assert "Trả về điều phối" in str(caught.value)


@pytest.mark.parametrize(
    ("agency", "said"),
    [
        ("T-ROADS", "cơ quan này"),
        ("T-DUTY", "Trả về điều phối"),
        ("no-such", "không tồn tại"),
        ("", "Cơ quan"),
    ],
)
def test_a_wrong_receiver_is_refused_in_words(at_roads, act, province, agency, said):
    with pytest.raises(MissingInput) as caught:
        act(province.OFFICER, at_roads, "transfer", agency=agency, reason="x")
    assert caught.value.fieldname == "agency"
    assert said.lower() in str(caught.value).lower()
    assert len(read.events(at_roads.name)) == 2


def test_passing_on_twice_is_one_event(site, at_roads, act, province):
    seen = str(site.db.get_value("Complaint", at_roads.name, "modified"))
    inputs = {"agency": province.HEALTH, "reason": "Về thực phẩm"}
    for again in (False, True):
        with acting(site, province.OFFICER):
            if not again:
                perform.perform_verb(at_roads.name, "transfer", inputs, seen_modified=seen)
                continue
            with pytest.raises(Conflict) as caught:
                perform.perform_verb(at_roads.name, "transfer", inputs, seen_modified=seen)
    assert "Trần Văn Đường" in str(caught.value)
    assert [event.kind for event in read.events(at_roads.name)].count("transfer") == 1


def test_the_receiver_and_the_sender_are_told(site, at_roads, act, province):
    act(province.OFFICER, at_roads, "transfer", agency=province.HEALTH, reason="Về thực phẩm")
    act(province.OTHER_OFFICER, at_roads, "decline", reason="Không phải")
    told = site.get_all("Message", filters={"complaint": at_roads.name}, fields=["event", "recipient"])
    assert [row.recipient for row in told if row.event == "transferred"] == [province.OTHER_OFFICER]
    assert {row.recipient for row in told if row.event == "returned"} == {
        province.OFFICER,
        province.SECOND_OFFICER,
        province.LEADER,
    }


def test_a_viewer_only_reads(site, at_roads, act, province):
    agency = site.get_doc("Agency", province.ROADS)
    agency.append("members", {"user": province.OTHER_OFFICER, "duty": "Viewer"})
    agency.save()
    site.local.request_cache.clear()
    with acting(site, province.OTHER_OFFICER):
        document = site.get_doc("Complaint", at_roads.name)
        assert document.has_permission("read")
        assert actions.open_to_user(document) == {}
        assert actions.beside_open_to_user(document) == {}
    for verb, inputs in (
        ("take", {}),
        ("transfer", {"agency": province.HEALTH, "reason": "x"}),
        ("note", {"text": "x"}),
        ("refer", {"agency": province.HEALTH}),
    ):
        with pytest.raises(NotAllowed):
            act(province.OTHER_OFFICER, at_roads, verb, **inputs)


def test_the_menu_offers_what_the_duty_allows(site, at_roads, province):
    from phanhoi_app.custody.api import get_transitions

    def menu(user):
        with acting(site, user):
            return {row["action"] for row in get_transitions({"doctype": "Complaint", "name": at_roads.name})}

    assert menu(province.OFFICER) == {"Take", "Transfer", "Return"}
    assert menu(province.COORDINATOR) == {"Assign", "Merge", "Split"}
    assert menu(province.SUPERVISOR) == set()


def test_bulk_actions_do_each_and_say_which_not(site, file_one, act, province, monkeypatch):
    """Each is a transaction of its own: committed here in name only, so that the test leaves nothing."""
    import json

    from phanhoi_app.custody import api

    first, second = file_one(), file_one()
    third = act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)
    monkeypatch.setattr(site.db, "commit", lambda: None)
    monkeypatch.setattr(site.db, "rollback", lambda *args, **kwargs: None)
    with acting(site, province.COORDINATOR):
        api.bulk_workflow_approval(json.dumps([first.name, second.name, third.name]), "Complaint", "Accept")
    monkeypatch.undo()
    phases = [site.db.get_value("Complaint", each.name, "phase") for each in (first, second, third)]
    assert phases == ["screening", "screening", "assigned"]
    said = site.get_message_log()[-1]["message"]
    assert third.name in said


def test_an_administrator_may_choose_each_verb_for_an_action_of_his_own(site):
    from phanhoi_app.custody import verbs

    offered = site.get_meta("Workflow Action Master").get_field("verb").options.split("\n")
    assert set(verbs.VERBS) == set(offered) - {""}


def test_an_action_taken_out_of_the_workflow_is_refused_in_words(site, at_roads, act, province):
    """An administrator does without passing on."""
    workflow = site.get_doc("Workflow", "Standard")
    workflow.transitions = [row for row in workflow.transitions if row.action != "Transfer"]
    workflow.save()
    site.clear_cache(doctype="Complaint")
    try:
        with pytest.raises(Conflict):
            act(province.OFFICER, at_roads, "transfer", agency=province.HEALTH, reason="x")
    finally:
        site.db.rollback()
        site.clear_cache(doctype="Complaint")
        site.clear_document_cache("Workflow", "Standard")
