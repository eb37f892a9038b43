"""Fixtures of the tests on a site: the small province, and short ways to a complaint in a given state."""

import pytest
from helpers import reorganising, world
from helpers.history import unlocked
from helpers.people import acting, forget
from helpers.stage import Stage


@pytest.fixture(scope="session")
def province(site_session):
    """The small province of tests/helpers/world.py, made once."""
    world.ensure()
    return world


@pytest.fixture
def file_one(site, province):
    """``file_one(title="…")`` files a complaint as a guest on the web and returns it."""
    from phanhoi_app.intake.receive import receive

    def file(photos=None, answers=None, idempotency_key=None, **values):
        with acting(site, "Guest"):
            return receive(
                {**province.GOOD, **values},
                channel="Web",
                answers=answers,
                photos=photos,
                idempotency_key=idempotency_key,
            )

    return file


@pytest.fixture
def act(site):
    """``act(user, complaint, verb, **inputs)`` performs a verb as that user and returns the complaint."""
    from phanhoi_app.custody import perform

    def do(user, complaint, verb, **inputs):
        with acting(site, user):
            return perform.perform_verb(getattr(complaint, "name", complaint), verb, inputs)

    return do


@pytest.fixture
def unlocked_history(site):
    """The history without the database's lock, for a test that meddles with it by SQL. Ask for it first."""
    with unlocked(site):
        yield
        site.db.rollback()


@pytest.fixture
def answered(file_one, act, province):
    """A complaint that went the whole way to its answer."""
    complaint = file_one()
    act(province.COORDINATOR, complaint, "accept")
    act(province.COORDINATOR, complaint, "assign", agency=province.ROADS)
    act(province.OFFICER, complaint, "take")
    act(
        province.OFFICER,
        complaint,
        "submit",
        answer_text="Đã vá ổ gà ngày 20/11.",
        answer_document_number="12/SXD",
    )
    return act(province.LEADER, complaint, "approve")


@pytest.fixture
def two(site, province, monkeypatch):
    """The site with agencies A and B of helpers/reorganising.py and their people; background jobs run when told."""
    from phanhoi_app.agencies.reorganisation import job

    reorganising.clear(site)
    monkeypatch.setattr(job.frappe, "enqueue", lambda method, **options: None)
    for code, name in ((reorganising.A, "UBND xã A"), (reorganising.B, "UBND xã B")):
        reorganising.agency(site, code, name, members=reorganising.people(site, code))
    site.db.commit()
    yield site
    site.set_user("Administrator")
    reorganising.clear(site)


@pytest.fixture(scope="module")
def stage_set(site_session, province):
    """The complaints and people of tests/helpers/stage.py; made once a file, rolled back after it."""
    frappe = site_session
    frappe.db.rollback()
    frappe.set_user("Administrator")
    frappe.local.lang = "vi"
    yield Stage(frappe)
    frappe.set_user("Administrator")
    frappe.db.rollback()
    frappe.local.request_cache.clear()
    frappe.clear_cache()


@pytest.fixture
def stage(stage_set, monkeypatch):
    """The stage as it was set, for one attack; nothing that a door commits is kept."""
    frappe = stage_set.frappe
    database = type(frappe.local.db)
    frappe.db.savepoint("attack")
    monkeypatch.setattr(database, "commit", lambda self, *args, **kwargs: None)
    monkeypatch.setattr(database, "rollback", _to_savepoint(database.rollback))
    frappe.local.request_cache.clear()
    shape = frappe.cache.get_value("metadata_version")
    yield stage_set
    monkeypatch.undo()
    frappe.set_user("Administrator")
    frappe.db.rollback(save_point="attack")
    if frappe.cache.get_value("metadata_version") == shape:
        forget(frappe)
    else:  # something changed a DocType, or a field of it
        frappe.local.document_cache = {}
        frappe.clear_cache()


def _to_savepoint(rollback):
    """A door's own rollback takes back what it did, not the stage."""

    def back(self, *, save_point=None):
        return rollback(self, save_point=save_point or "attack")

    return back
