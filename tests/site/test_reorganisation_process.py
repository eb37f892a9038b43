"""A former district's twelve commune agencies become four, in a process of its own that is killed in the middle."""

import signal
import subprocess
import threading
import time

import pytest
from helpers import reorganising as r
from helpers.people import acting

from phanhoi_app.agencies.reorganisation import job
from phanhoi_app.custody import perform
from phanhoi_app.custody.errors import VerbRefused
from phanhoi_app.phanhoi_app.doctype.reorganisation import reorganisation

NUMBER = 2000
NEW = [f"{r.MARK}N{number}" for number in range(1, 5)]


@pytest.fixture
def district(site, province, home, monkeypatch):
    """The agencies, their complaints, the confirmed document, and a way to run the job as a worker would."""
    from localbench import sites

    r.clear(site)
    monkeypatch.setattr(job.frappe, "enqueue", lambda method, **options: None)
    old = r.district(site)
    names = r.complaints(site, old, NUMBER)
    ways = {code: NEW[place // 3] for place, code in enumerate(old)}
    doc = r.document(
        site,
        kind="Merge",
        sources=[{"agency": code, "target": ways[code]} for code in old],
        targets=[r.target(code, f"UBND xã Mới {number}") for number, code in enumerate(NEW, 1)],
    )
    with acting(site, province.ADMINISTRATOR):
        reorganisation.make_preview(doc.name)
        reorganisation.confirm(doc.name)
    site.db.commit()
    started = []

    def run():
        arguments = [
            "execute",
            "phanhoi_app.agencies.reorganisation.job.execute",
            "--kwargs",
            f"{{'name': '{doc.name}'}}",
        ]
        process = subprocess.Popen(  # noqa: S603 - our own command
            sites.command(home, *arguments),
            cwd=home.sites,
            env=sites.environment(home),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield doc, names, ways, run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
    site.set_user("Administrator")
    r.clear(site)


def moved(site) -> int:
    site.db.commit()
    return site.db.count("Complaint", {"agency": ("in", NEW)})


def wait_until(true, what: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def test_killed_in_the_middle_it_goes_on_and_nothing_is_lost(site, district, province):
    doc, names, ways, run = district
    first = run()
    wait_until(lambda: moved(site) >= 300, "nothing moves")
    first.send_signal(signal.SIGKILL)
    first.wait()
    in_between = moved(site)
    assert 300 <= in_between < NUMBER
    assert site.db.get_value("Reorganisation", doc.name, "status") == "Carrying Out"
    wait_until(lambda: not job.is_busy(), "the database lets go of the dead process's lock")
    started = []
    # Accounts that lose a duty start jobs of their own.
    job.frappe.enqueue = lambda method, **options: "name" in options and started.append(options["name"])
    job.begin_due()
    assert started == [doc.name], "the scheduler takes it up again"

    # Meanwhile an officer works on what still is, or no longer is, with the old agency.
    second = run()
    told = officer_acts(site, names, ways, until=second)
    out, _err = second.communicate(timeout=60)
    assert second.returncode == 0, out
    site.db.commit()
    doc.reload()
    assert (doc.status, doc.moved_complaints, doc.total_complaints) == ("Done", NUMBER, NUMBER), doc.log
    assert moved(site) == NUMBER
    r.assert_kept(site, names, ways)
    for code in ways:
        assert [row.agency for row in site.get_doc("Agency", code).successors] == [ways[code]]
    for code in NEW:
        assert len(site.get_doc("Agency", code).members) == 9
    assert told["done"] and not told["strange"], told


def officer_acts(site, names, ways, until) -> dict:
    """An officer of each agency takes complaints in hand while they move: it is done, or refused in words."""
    told = {"done": 0, "refused": 0, "strange": []}
    stop = threading.Event()
    threading.Thread(target=lambda: (until.wait(), stop.set()), daemon=True).start()
    for name in names[::-7]:
        if stop.is_set():
            break
        agency = site.db.get_value("Complaint", name, "agency")
        code = agency if agency in ways else next(old for old, new in ways.items() if new == agency)
        try:
            with acting(site, f"{code.lower()}.2@test.example"):
                site.local.request_cache.clear()
                perform.perform_verb(name, "take")
            site.db.commit()
            told["done"] += 1
        except VerbRefused:
            site.db.rollback()
            told["refused"] += 1
        except Exception as error:
            site.db.rollback()
            told["strange"].append(repr(error))
    site.set_user("Administrator")
    return told
