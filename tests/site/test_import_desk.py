"""The import in the desk: who may start it, what it keeps of its progress, how it stops and goes on."""

import gzip
import json
from datetime import timedelta

import pytest
from helpers import cases
from helpers.people import acting

from phanhoi_app.intake.importer import job, run
from phanhoi_app.intake.importer.errors import ImportRefused
from phanhoi_app.phanhoi_app.doctype.complaint_import import complaint_import


@pytest.fixture
def an_import(site, province, tmp_path, monkeypatch):
    """``an_import(rows, user)`` uploads file and map and saves the document, as the user; jobs run when told."""
    cases.clear(site)
    queued = []
    monkeypatch.setattr(job.frappe, "enqueue", lambda method, **options: queued.append((method, options)))
    made = []

    def make(rows, user=province.ADMINISTRATOR, map_text=None, is_private=1, content=None):
        content = content or cases.write(tmp_path / "cases.csv.gz", rows).read_bytes()
        with acting(site, user):
            csv_file = upload(site, "cases.csv.gz", content, is_private)
            map_file = upload(site, "map.json", (map_text or cases.map_text()).encode(), 1)
            doc = site.get_doc(
                {
                    "doctype": "Complaint Import",
                    "csv_file": csv_file.file_url,
                    "map_file": map_file.file_url,
                }
            ).insert()
        made.append(doc.name)
        return doc

    make.queued = queued
    yield make
    site.set_user("Administrator")
    site.db.rollback()
    for name in made:
        if site.db.exists("Complaint Import", name):
            site.db.set_value("Complaint Import", name, "status", "Draft")
            site.delete_doc("Complaint Import", name, force=True)
    for name in site.get_all("File", filters={"file_name": ("like", "%cases%gz%")}, pluck="name"):
        site.delete_doc("File", name)
    cases.clear(site)


def upload(site, name, content, is_private):
    return site.get_doc(
        {"doctype": "File", "file_name": name, "content": content, "is_private": is_private}
    ).insert()


def start_and_run(site, an_import, doc, user):
    with acting(site, user):
        complaint_import.start(doc.name)
        site.db.commit()
        assert an_import.queued, "nothing was queued"
        method, options = an_import.queued.pop()
        assert (method, options["queue"], options["enqueue_after_commit"]) == (
            "phanhoi_app.intake.importer.job.execute",
            "long",
            True,
        )
        site.local.lang = "en"  # as in a worker
        job.execute(options["name"])
    return site.get_doc("Complaint Import", doc.name)


def test_from_start_to_end(site, an_import, province):
    rows = [*cases.cases(3), cases.GOOD | {"case_id": "9", "opened_at": "never"}]
    doc = start_and_run(site, an_import, an_import(rows), province.ADMINISTRATOR)
    assert doc.status == "Finished"
    assert (doc.total_rows, doc.accepted_rows, doc.known_rows, doc.rejected_rows) == (4, 3, 0, 1)
    assert doc.rows_per_second > 0
    assert doc.started_on <= doc.finished_on
    assert "1 × " in doc.outcome
    assert "accepted" not in doc.outcome, "in the language of the administrator"
    file = site.get_doc("File", {"file_url": doc.rejects_file})
    assert file.is_private and file.attached_to_name == doc.name
    assert b"never" in site.read_file(file.get_full_path(), raise_not_found=True).encode()
    with acting(site, province.OFFICER):
        assert not site.get_doc("File", file.name).has_permission("read")
    events = site.db.sql_list(
        "select distinct actor from `tabComplaint Event` e join `tabComplaint` c on c.name = e.complaint"
        " where external_reference like %s",
        f"{cases.SOURCE}:%",
    )
    assert events == [province.ADMINISTRATOR]


def test_many_rejected_rows_are_attached_compressed(site, an_import, province, monkeypatch):
    monkeypatch.setattr(job, "get_max_file_size", lambda: 2000)
    doc = an_import(cases.cases(20, opened_at="never"))
    doc = start_and_run(site, an_import, doc, province.ADMINISTRATOR)
    assert doc.rejects_file.endswith(".csv.gz")
    file = site.get_doc("File", {"file_url": doc.rejects_file})
    with gzip.open(file.get_full_path(), "rt", encoding="utf-8-sig") as stream:
        assert len(stream.readlines()) == 21


def test_run_again_brings_nothing_twice_and_takes_the_old_rejects_away(site, an_import, province):
    doc = an_import([cases.GOOD, cases.GOOD | {"case_id": "2", "type": ""}])
    doc = start_and_run(site, an_import, doc, province.ADMINISTRATOR)
    assert doc.rejects_file
    values = json.loads(cases.map_text())["values"]
    values["field"]["default"] = cases.MARK + "Other"
    with acting(site, province.ADMINISTRATOR):
        doc.map_file = upload(site, "map2.json", cases.map_text(values=values).encode(), 1).file_url
        doc.save()
    doc = start_and_run(site, an_import, doc, province.ADMINISTRATOR)
    assert (doc.accepted_rows, doc.known_rows, doc.rejected_rows) == (1, 1, 0)
    assert not doc.rejects_file


def test_stopped_it_keeps_its_counters_and_goes_on(site, an_import, province, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 10)
    monkeypatch.setattr(job, "SIGN_OF_LIFE", 0)
    doc = an_import(cases.cases(40))
    monkeypatch.setattr(
        job,
        "_tell",
        lambda name, values: complaint_import.stop(name) if values.get("accepted_rows") == 10 else None,
    )
    doc = start_and_run(site, an_import, doc, province.ADMINISTRATOR)
    assert (doc.status, doc.total_rows) == ("Stopped", 40)
    assert 10 <= doc.accepted_rows < 40
    monkeypatch.setattr(job, "_tell", lambda name, values: None)
    before = doc.accepted_rows
    doc = start_and_run(site, an_import, doc, province.ADMINISTRATOR)
    assert (doc.status, doc.known_rows, doc.accepted_rows) == ("Finished", before, 40 - before)


def test_progress_is_told_live_to_those_who_may_see_it(site, an_import, province, monkeypatch):
    monkeypatch.setattr(run, "CHUNK", 10)
    monkeypatch.setattr(job, "SIGN_OF_LIFE", 0)
    told = []
    monkeypatch.setattr(
        job.frappe, "publish_realtime", lambda event, message, **where: told.append((event, message, where))
    )
    doc = start_and_run(site, an_import, an_import(cases.cases(30)), province.ADMINISTRATOR)
    told = [each for each in told if each[0] == job.EVENT]  # the framework tells of saved documents, too
    assert [m["accepted_rows"] for _e, m, _w in told if "accepted_rows" in m] == [10, 20, 30, 30]
    assert all(where == {"doctype": "Complaint Import", "docname": doc.name} for _e, _m, where in told)
    assert told[-1][1]["status"] == "Finished"


def test_while_it_runs_it_is_not_started_again_but_after_a_silence_it_is(site, an_import, province):
    doc = an_import(cases.cases(2))
    with acting(site, province.ADMINISTRATOR):
        complaint_import.start(doc.name)
        with pytest.raises(ImportRefused):
            complaint_import.start(doc.name)
        silent = site.utils.now_datetime() - timedelta(seconds=job.SILENT_AFTER + 1)
        site.db.set_value("Complaint Import", doc.name, {"progress_on": silent, "status": "Importing"})
        complaint_import.start(doc.name)
        site.db.commit()
        for _method, options in list(an_import.queued):
            job.execute(options["name"])  # two jobs for one run: the second finds it taken
    assert site.db.get_value("Complaint Import", doc.name, "accepted_rows") == 2


def test_what_cannot_be_used_is_told_before_anything_is_queued(site, an_import, province):
    for doc in (
        an_import([], map_text="{"),
        an_import([], map_text=cases.map_text(values={"reference": "nowhere"})),
        an_import([], content=b"\xff\xfea\x00"),
        an_import([cases.GOOD], is_private=0),
    ):
        with acting(site, province.ADMINISTRATOR), pytest.raises(ImportRefused):
            complaint_import.start(doc.name)
    assert an_import.queued == []


def test_a_path_outside_of_the_uploads_is_not_read(site, an_import, province):
    doc = an_import([cases.GOOD])
    for address in ("/private/files/../../site_config.json", "https://example.com/a.csv", "/etc/passwd"):
        site.db.set_value("Complaint Import", doc.name, "csv_file", address)
        with acting(site, province.ADMINISTRATOR), pytest.raises(ImportRefused):
            complaint_import.start(doc.name)


@pytest.mark.parametrize("who", ["SECOND_COORDINATOR", "OFFICER", "SUPERVISOR", "Guest"])
def test_only_administrators_import(site, an_import, province, who):
    doc = an_import([cases.GOOD])
    with acting(site, getattr(province, who, who)):
        for verb in (complaint_import.start, complaint_import.stop):
            with pytest.raises(site.PermissionError):
                verb(doc.name)


def test_counters_are_the_jobs_alone(site, an_import, province):
    doc = an_import([cases.GOOD])
    with acting(site, province.ADMINISTRATOR):
        doc.update({"status": "Finished", "accepted_rows": 99, "rejects_file": "/private/files/x"})
        doc.save()
    assert (doc.status, doc.accepted_rows, doc.rejects_file) == ("Draft", 0, None)


def test_a_running_import_keeps_its_files_and_is_not_deleted(site, an_import, province):
    doc = an_import([cases.GOOD])
    with acting(site, province.ADMINISTRATOR):
        complaint_import.start(doc.name)
        doc.reload()
        doc.csv_file = "/private/files/other.csv"
        with pytest.raises(site.ValidationError):
            doc.save()
        with pytest.raises(site.ValidationError):
            site.delete_doc("Complaint Import", doc.name)
