"""One matter sent twice, and one letter with several matters: merge, take out again, split."""

import io

import pytest
from helpers.people import acting
from PIL import Image

from phanhoi_app.access import scope
from phanhoi_app.custody.errors import Conflict, MissingInput
from phanhoi_app.history import read
from phanhoi_app.intake import photos
from phanhoi_app.intake.photos import Upload
from phanhoi_app.portal import files, tracking


def photo() -> Upload:
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "JPEG")
    return Upload("a.jpg", out.getvalue())


@pytest.fixture
def at_roads(file_one, act, province):
    return act(province.COORDINATOR, file_one(), "assign", agency=province.ROADS)


@pytest.fixture
def merged(at_roads, file_one, act, province):
    second = file_one(
        title="Hố sâu đường Lê Lai", citizen_name="Lê Thị Bình", citizen_phone="0987654321", photos=[photo()]
    )
    return act(province.COORDINATOR, second, "merge", into=at_roads.name)


def answer(act, province, complaint, text="Đã vá ổ gà."):
    act(province.OFFICER, complaint, "take")
    act(province.OFFICER, complaint, "submit", answer_text=text)
    return act(province.LEADER, complaint, "approve")


def test_a_merged_complaint_stops_and_counts_in_the_other(site, at_roads, merged):
    assert (merged.phase, merged.merged_into, merged.clock_state) == ("merged", at_roads.name, "Stopped")
    target = site.get_doc("Complaint", at_roads.name)
    assert target.supporters_count == 1
    assert (read.events(target.name)[-1].kind, read.events(target.name)[-1].reason) == (
        "merged_in",
        merged.name,
    )
    assert read.events(merged.name)[-1].kind == "merge"
    for each in (target, merged):
        assert read.verify(each.name) == []


@pytest.mark.parametrize("wrong", ["itself", "nothing", "merged", "ended", "unseen", "part"])
def test_what_cannot_be_merged_is_refused_in_words(site, at_roads, merged, file_one, act, province, wrong):
    complaint, by = file_one(), province.COORDINATOR
    into = {"itself": complaint.name, "nothing": "PA-1999-000001", "merged": merged.name}.get(wrong)
    if wrong == "ended":
        into = answer(act, province, at_roads).name
    if wrong == "unseen":  # a leader of Roads, into what another agency holds
        into = act(province.COORDINATOR, file_one(), "assign", agency=province.HEALTH).name
        act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
        by = province.LEADER
    if wrong == "part":
        into = split(act, province, file_one()).name
        into = site.get_all("Complaint", {"part_of": into}, pluck="name")[0]
    before = len(read.events(complaint.name))
    with pytest.raises(MissingInput) as caught:
        act(by, complaint, "merge", into=into)
    assert caught.value.fieldname == "into"
    assert len(read.events(complaint.name)) == before


def test_merging_goes_in_no_circle(at_roads, merged, act, province):
    with pytest.raises(MissingInput):
        act(province.COORDINATOR, at_roads, "merge", into=merged.name)


def test_followers_get_the_others_answer_and_nothing_of_who_sent_it(site, at_roads, merged, act, province):
    answer(act, province, at_roads, "Kính gửi ông Nguyễn Văn An: đã vá ổ gà, gọi 0912345678.")
    told = site.get_all("Message", {"complaint": merged.name, "audience": "Citizen"}, ["event", "recipient"])
    assert {row.event for row in told} == {"received", "merged", "answered"}
    assert all(row.recipient.endswith("321") for row in told)
    shown = tracking.view(site.get_doc("Complaint", merged.name))
    assert shown["joined"]["number"] == at_roads.name
    assert "đã vá ổ gà" in shown["joined"]["answer"]
    assert "Nguyễn Văn An" not in str(shown["joined"])
    assert "0912345678" not in str(shown["joined"])


def test_followers_of_followers_come_along(site, merged, at_roads, file_one, act, province):
    top = act(province.COORDINATOR, file_one(title="Cả tuyến đường hỏng"), "assign", agency=province.ROADS)
    act(province.COORDINATOR, at_roads, "merge", into=top.name)
    assert site.db.get_value("Complaint", top.name, "supporters_count") == 2
    answer(act, province, top)
    assert site.db.exists("Message", {"complaint": merged.name, "event": "answered"})
    assert tracking.view(site.get_doc("Complaint", merged.name))["joined"]["number"] == top.name


def test_photos_of_the_merged_are_seen_with_the_other(site, at_roads, merged, province):
    file = site.get_doc("File", {"attached_to_name": merged.name})
    site.local.request_cache.clear()
    with acting(site, province.OFFICER):
        assert not scope.may_see(merged.name)
        assert site.get_doc("File", file.name).is_downloadable()
    with acting(site, province.OTHER_OFFICER):
        assert not site.get_doc("File", file.name).is_downloadable()


def test_taken_out_it_goes_its_own_way_with_its_own_deadline(site, at_roads, merged, act, province):
    with pytest.raises(site.DoesNotExistError):  # it stays with the desk
        act(province.LEADER, merged, "unmerge", reason="Nhầm")
    with pytest.raises(MissingInput):
        act(province.COORDINATOR, merged, "unmerge")
    out = act(province.COORDINATOR, merged, "unmerge", reason="Khác đoạn đường")
    assert (out.phase, out.merged_into, out.agency) == ("screening", None, province.DUTY)
    assert (out.clock_state, out.due_on) == ("Running", merged.due_on)
    assert site.db.get_value("Complaint", at_roads.name, "supporters_count") == 0
    assert read.events(at_roads.name)[-1].kind == "taken_out"


def split(act, province, complaint, **changes):
    parts = [
        {"title": "Ổ gà trước số 12", "field": province.POTHOLES, "agency": province.ROADS},
        {"title": "Quán ăn mất vệ sinh", "field": province.FOOD, "agency": province.HEALTH} | changes,
    ]
    return act(province.COORDINATOR, complaint, "split", parts=parts)


def parts_of(site, whole) -> list:
    names = site.get_all("Complaint", {"part_of": whole.name}, pluck="name", order_by="name")
    return [site.get_doc("Complaint", name) for name in names]


def test_each_part_has_its_holder_and_clock_and_no_messages_of_its_own(site, file_one, act, province):
    whole = split(act, province, file_one())
    assert (whole.phase, whole.parts, whole.agency) == ("processing", 2, province.DUTY)
    parts = parts_of(site, whole)
    assert [(part.phase, part.agency, part.clock_state) for part in parts] == [
        ("assigned", province.ROADS, "Running"),
        ("assigned", province.HEALTH, "Running"),
    ]
    assert all(part.citizen_masked == whole.citizen_masked for part in parts)
    assert not site.db.exists(
        "Message", {"complaint": ("in", [part.name for part in parts]), "audience": "Citizen"}
    )
    with pytest.raises(Conflict) as caught:
        act(province.COORDINATOR, whole, "split", parts=[])
    assert whole.name in str(caught.value)


@pytest.mark.parametrize(
    "changes", [{"title": ""}, {"agency": "no-such"}, {"field": "no-such"}, {"agency": None}], ids=str
)
def test_a_part_that_lacks_something_is_named(site, file_one, act, province, changes):
    complaint = file_one()
    with pytest.raises(MissingInput) as caught:
        split(act, province, complaint, **changes)
    assert "Phần 2" in str(caught.value)
    assert parts_of(site, complaint) == []


def test_the_whole_is_answered_when_its_parts_are(site, file_one, act, province):
    whole = split(act, province, file_one())
    roads, health = parts_of(site, whole)
    with pytest.raises(Conflict) as caught:
        act(province.COORDINATOR, whole, "answer", answer_text="Xong")
    assert roads.name in str(caught.value)
    answer(act, province, roads)
    assert site.db.get_value("Complaint", whole.name, "phase") == "processing"
    act(province.OTHER_OFFICER, health, "take")
    act(province.OTHER_OFFICER, health, "answer", answer_text="Đã kiểm tra quán.")
    whole.reload()
    assert whole.phase == "approval"
    assert "Đã vá ổ gà." in whole.answer_text
    assert "Đã kiểm tra quán." in whole.answer_text
    shown = tracking.view(whole)
    assert [part["title"] for part in shown["parts"]] == ["Ổ gà trước số 12", "Quán ăn mất vệ sinh"]
    assert shown["parts"][1]["answer"] == "Đã kiểm tra quán."
    assert act(province.COORDINATOR, whole, "approve").phase == "answered"
    told = site.get_all("Message", {"audience": "Citizen", "event": "answered"}, pluck="complaint")
    assert whole.name in told
    assert not {roads.name, health.name} & set(told)
    assert all(read.verify(each.name) == [] for each in (whole, roads, health))


def test_the_citizens_of_merged_and_split_ones_get_the_files_of_the_answer_once_it_is_given(
    site, at_roads, merged, file_one, act, province
):
    """By their own secret link, and nobody by another's; the photos of the other citizen never."""

    def given(complaint) -> str:
        act(province.OFFICER, complaint, "take")
        with acting(site, province.OFFICER):
            file = {"attached_to_doctype": "Complaint", "attached_to_name": complaint.name, "is_private": 1}
            content = {"file_name": "tra-loi.pdf", "content": f"%PDF {complaint.name}"}
            row = site.get_doc(
                {"doctype": "File", "attached_to_field": tracking.ANSWER_FILES, **file, **content}
            ).insert()
        return row.name

    whole = split(act, province, file_one())
    part = parts_of(site, whole)[0]
    for goal, reader, shown in ((at_roads, merged, "joined"), (part, whole, "parts")):
        name, stranger = given(goal), file_one()

        def files_of(reader, shown=shown):
            part = tracking.view(site.get_doc("Complaint", reader.name))[shown]
            return [file["href"] for file in (part[0] if shown == "parts" else part)["files"]]

        assert not files_of(reader)
        assert files.serve(reader, name) is None
        act(province.OFFICER, goal, "submit", answer_text="Đã vá.")
        act(province.LEADER, goal, "approve")
        assert files_of(reader) == [f"{tracking.path(reader)}/tep/{name}"]
        assert files.serve(reader, name).status_code == 200
        assert files.serve(stranger, name) is None
    photo_of_another = photos.of(merged.name)[0].name
    assert files.serve(site.get_doc("Complaint", at_roads.name), photo_of_another) is None


def test_a_part_is_not_the_citizens_and_not_published(site, file_one, act, province):
    from phanhoi_app.custody import publication

    whole = split(act, province, file_one())
    roads, _health = parts_of(site, whole)
    act(province.OFFICER, roads, "take")
    for verb, inputs in (("ask", {"question": "Ở đâu?"}), ("return", {"reason": "x"})):
        with pytest.raises(Conflict) as caught:
            act(province.OFFICER, roads, verb, **inputs)
        assert whole.name in str(caught.value)
    act(province.OFFICER, roads, "submit", answer_text="Đã vá.")
    act(province.LEADER, roads, "approve")
    with acting(site, province.COORDINATOR), pytest.raises(Conflict):
        publication.publish(roads.name, "Ổ gà", "Có ổ gà sâu.", "Đã vá.")
