"""States and answers go to the national portal and come back, by the number that it gave, each change once."""

import io

import pytest
from helpers import cases
from helpers.people import acting

from phanhoi_app.intake.importer import mapping, run


@pytest.fixture
def from_portal(site, answered):
    """A complaint that the national portal sent us, answered by now."""
    site.db.set_value(
        "Complaint",
        answered.name,
        {"channel": "National portal", "external_reference": "national:H56-2026-77"},
        update_modified=False,
    )
    return answered.name


@pytest.fixture
def exchange(site, province):
    """``exchange(direction="Send")`` carries an exchange out as the coordinator; {status, outcome, made_file, rows}."""
    from phanhoi_app.exchange import files

    def do(content=None, user=province.COORDINATOR, **values):
        with acting(site, user):
            if content is not None:
                file = site.get_doc(
                    {"doctype": "File", "file_name": "cong.csv", "is_private": 1, "content": content}
                ).insert()
                values |= {"direction": "Take in", "given_file": file.file_url}
            values = {"channel": "National portal", "file_format": "CSV file", "direction": "Send"} | values
            doc = site.get_doc({"doctype": "Portal Exchange", **values}).insert()
            done = site._dict(files.carry_out(doc), name=doc.name, rows=[])
            if done.made_file:
                file = site.get_doc("File", {"file_url": done.made_file, "attached_to_name": doc.name})
                told = open(file.get_full_path(), "rb").read().decode("utf-8-sig")  # noqa: SIM115, PTH123
                done.rows = list(__import__("csv").DictReader(io.StringIO(told)))
            return done

    return do


def test_each_change_is_sent_once_and_the_history_says_so(site, exchange, from_portal, act, province):
    from phanhoi_app.history import read

    first = exchange()
    row = next(row for row in first.rows if row["number"] == from_portal)
    assert (row["external_number"], row["phase"]) == ("H56-2026-77", "answered")
    assert row["answer"] == "Đã vá ổ gà ngày 20/11."
    assert row["document_number"] == "12/SXD"
    assert not set(row) & {"citizen_name", "citizen_phone"}
    assert read.events(from_portal)[-1].kind == "exported"
    assert from_portal not in [row["number"] for row in exchange().rows]
    act(province.COORDINATOR, from_portal, "note", text="Đã gọi lại cho người dân")
    assert from_portal in [row["number"] for row in exchange().rows]
    assert from_portal in [row["number"] for row in exchange(everything=1).rows]


def test_personal_data_needs_a_reason_and_is_noted(site, exchange, from_portal):
    from phanhoi_app.exchange.errors import ExchangeRefused
    from phanhoi_app.history import read

    with pytest.raises(ExchangeRefused):
        exchange(personal=1)
    done = exchange(personal=1, reason="Cổng quốc gia đối chiếu người gửi")
    row = next(row for row in done.rows if row["number"] == from_portal)
    assert row["citizen_name"] == "Nguyễn Văn An"
    opened = [event for event in read.events(from_portal) if event.kind == "identity_opened"]
    assert opened[-1].reason == "Cổng quốc gia đối chiếu người gửi"


def test_who_does_not_see_a_complaint_sends_nothing_of_it(site, exchange, from_portal, province):
    from phanhoi_app.exchange import statuses

    with acting(site, province.OTHER_OFFICER):
        site.local.request_cache.clear()
        assert from_portal not in statuses.outgoing("National portal")
    done = exchange()
    with acting(site, province.ADMINISTRATOR):
        assert not site.get_list("Portal Exchange", {"name": done.name})
        assert not site.has_permission("Portal Exchange", doc=done.name)


def test_what_the_portal_says_is_taken_once(site, exchange, from_portal):
    from phanhoi_app.history import read

    told = "external_number,status,answer\nH56-2026-77,Đã trả lời,Bộ đã có văn bản 15\nKHONG-CO,Đang xử lý,\n"
    done = exchange(told.encode())
    assert done.outcome.splitlines()[0].startswith("Đã nhận 1,")
    assert "KHONG-CO" in done.outcome
    event = read.events(from_portal)[-1]
    assert (event.kind, event.public_note) == ("outside_status", "Đã trả lời\nBộ đã có văn bản 15")
    exchange(told.encode())
    assert len([each for each in read.events(from_portal) if each.kind == "outside_status"]) == 1


def test_whom_we_redirected_there_is_told(site, exchange, from_portal):
    site.db.set_value("Complaint", from_portal, "phase", "redirected", update_modified=False)
    exchange("external_number;status\nH56-2026-77;Đã chuyển Bộ Công an\n".encode())
    assert site.db.exists("Message", {"complaint": from_portal, "event": "written", "audience": "Citizen"})


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"PK\x03\x04 no workbook", b"\xff\xfeU\x00T\x00"])
def test_a_file_that_cannot_be_read_is_said_in_words(site, exchange, content):
    from phanhoi_app.exchange.errors import ExchangeRefused

    with pytest.raises((ExchangeRefused, site.ValidationError)):
        exchange(content)


def test_an_import_from_a_sheet_is_as_from_csv_and_nothing_comes_twice(site, province, tmp_path):
    from openpyxl import Workbook

    cases.clear(site)
    book = Workbook()
    book.active.append(list(cases.GOOD))
    book.active.append(list(cases.GOOD.values()))
    book.save(tmp_path / "cong.xlsx")
    try:
        map_ = mapping.parse(cases.map_text())
        first = run.bring_in(tmp_path / "cong.xlsx", map_, tmp_path / "r.csv")
        again = run.bring_in(tmp_path / "cong.xlsx", map_, tmp_path / "r.csv")
        assert (first.accepted, first.rejected, again.accepted, again.known) == (1, 0, 0, 1)
    finally:
        cases.clear(site)
