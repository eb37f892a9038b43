"""Complaints in law and denunciations: not handled here, but shown the right place by a letter."""

import pytest
from helpers.people import acting

from phanhoi_app.custody import actions
from phanhoi_app.custody.errors import Conflict, MissingInput
from phanhoi_app.rules import sms

KINDS = ("Legal complaint", "Denunciation")


@pytest.fixture
def by_law(site, file_one):
    def file(kind):
        complaint = file_one()
        site.db.set_value("Complaint", complaint.name, "kind", kind)
        return site.get_doc("Complaint", complaint.name)

    return file


def printed(complaint) -> str:
    """The letter as the desk's print view asks for it, permission and all."""
    from frappe.www.printview import get_html_and_style

    return get_html_and_style("Complaint", complaint.name, print_format="Guidance Letter")["html"]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_not_assigned_merged_or_split(by_law, file_one, act, province, kind):
    complaint = by_law(kind)
    for verb, inputs in (
        ("assign", {"agency": province.ROADS}),
        ("merge", {"into": file_one().name}),
        ("split", {"parts": []}),
        ("invite", {"agency": province.ROADS}),
    ):
        with pytest.raises(Conflict) as caught:
            act(province.COORDINATOR, complaint, verb, **inputs)
        assert "hướng dẫn" in str(caught.value)


def test_what_turns_out_to_be_one_while_handled_is_redirected_by_the_desk(site, file_one, act, province):
    complaint = act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)
    act(province.OFFICER, complaint, "take")
    site.db.set_value("Complaint", complaint.name, "kind", "Denunciation")
    for verb, inputs in (
        ("submit", {"answer_text": "x"}),
        ("transfer", {"agency": province.HEALTH, "reason": "x"}),
    ):
        with pytest.raises(Conflict):
            act(province.OFFICER, complaint, verb, **inputs)
    ended = act(province.COORDINATOR, complaint, "redirect", refusal_reason="legal_complaint")
    assert (ended.phase, ended.clock_state) == ("redirected", "Stopped")


@pytest.mark.parametrize(("kind", "law"), [(KINDS[0], "Luật Khiếu nại"), (KINDS[1], "Luật Tố cáo")])
def test_the_guidance_stands_in_the_letter_and_in_the_message(site, by_law, act, province, kind, law):
    complaint = by_law(kind)
    with acting(site, province.COORDINATOR):
        offered = {row["verb"] for row in actions.open_to_user(complaint).values()}
    assert offered == {"accept", "ask", "refuse", "redirect"}
    act(province.COORDINATOR, complaint, "redirect", refusal_reason="legal_complaint", note="Số 1 Lê Lợi.")
    message = site.get_all("Message", {"complaint": complaint.name, "event": "redirected"}, pluck="text")[0]
    with acting(site, province.COORDINATOR):
        letter = printed(complaint)
    for said in (law, "Trụ sở Tiếp công dân", "Số 1 Lê Lợi."):
        assert said in letter, said
    # An SMS holds the beginning, without marks; the rest stands on the page that it leads to.
    assert sms.without_marks(law) in message
    for shown in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", complaint.name, "Kính gửi: Ông/Bà"):
        assert shown in letter
    for secret in ("Nguyễn Văn An", "0912", "Bản nháp"):
        assert secret not in letter


def test_before_it_is_redirected_the_letter_is_a_draft(site, by_law, province):
    with acting(site, province.COORDINATOR):
        assert "Bản nháp" in printed(by_law(KINDS[0]))


def test_a_reason_that_is_not_in_the_list_redirects_nothing(by_law, act, province):
    with pytest.raises(MissingInput):
        act(province.COORDINATOR, by_law(KINDS[0]), "redirect", refusal_reason="no-such")
