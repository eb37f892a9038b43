"""Loads the demo data into a site. It may be stopped at any moment and run again: what is there is not loaded twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.demo import files, hotline, province, retell, timing
from phanhoi_app.demo.studio import Studio
from phanhoi_app.history.now import now
from phanhoi_app.intake.photos import Upload
from phanhoi_app.sla import calendars

# tell(what, done, total): how far it is.
Tell = Callable[[str, int, int], None]


class DemoRefused(Exception):
    """The site is no place for demo data; the message says why."""


def load(
    tell: Tell = lambda what, done, total: None,
    *,
    password: str | None = None,
    force: bool = False,
    pictures: bool = True,
    keys: set[str] | None = None,
    on_password: Callable[[str], None] | None = None,
) -> int:
    """Load everything; returns how many complaints were added. Commits as it goes.

    `keys` limits the stories; `pictures=False` leaves the photos out. `on_password` is told the password of the demo's
    people when accounts were made. Raises DemoRefused on a site that holds other complaints, unless `force` or the site
    is a demo already, where people have tried things out.
    """
    if not (force or is_demo()) and (others := other_complaints()):
        raise DemoRefused(
            _(
                "This site already holds {0} complaints that are not demo data. Use --force to add it all the same."
            ).format(others)
        )
    before = frappe.session.user
    frappe.set_user("Administrator")
    try:
        stories = _timed(missing_stories(keys))
        with _photographer([entry for *_, entry in stories] if pictures else []) as photos:
            _load_province(tell, password, on_password)
            _load_stories(stories, photos, tell)
    finally:
        frappe.set_user(before)
    frappe.cache.delete_value("phanhoi_portal_figures")
    return len(stories)


def is_demo() -> bool:
    """Whether the site says of itself that it holds demo data."""
    return bool(cint(frappe.db.get_single_value("Phanhoi Settings", "demo")))


def other_complaints() -> int:
    """How many complaints the site holds that this loader has not made."""
    ours = [retell.reference(entry["key"]) for entry in files.complaints()]
    return frappe.db.count("Complaint") - frappe.db.count("Complaint", {"external_reference": ["in", ours]})


def missing_stories(keys: set[str] | None = None) -> list[dict]:
    """The stories that the site does not hold yet."""
    references = {entry["key"]: retell.reference(entry["key"]) for entry in files.complaints()}
    there = set(
        frappe.get_all(
            "Complaint",
            filters={"external_reference": ["in", list(references.values())]},
            pluck="external_reference",
        )
    )
    return [
        entry
        for entry in files.complaints()
        if references[entry["key"]] not in there and (keys is None or entry["key"] in keys)
    ]


def _load_province(tell: Tell, password, on_password) -> None:
    def advance(what: str, total: int) -> Callable[[], None]:
        done = 0

        def one_more() -> None:
            nonlocal done
            done += 1
            tell(what, done, total)

        return one_more

    province.load_areas(advance(_("Areas"), len(files.areas())))
    new_password = province.load_people(advance(_("People"), len(files.people())), password)
    if new_password and on_password:
        on_password(new_password)
    province.load_agencies(advance(_("Agencies"), len(files.agencies())))
    province.load_fields(advance(_("Fields"), len(files.fields())), hotline.of_field)
    province.load_settings()
    hotline.load()


def _timed(stories: list[dict]) -> list[tuple]:
    """(received, moments of the steps, entry) of each story, by receipt: numbers are given in that order."""
    moment, calendar = now(), calendars.for_agency(None)
    timed = [(*timing.timed(entry, moment, calendar), entry) for entry in stories]
    return sorted(timed, key=lambda story: story[0])


def _load_stories(stories: list[tuple], photos: retell.Photos, tell: Tell) -> None:
    teller = retell.Teller(photos)
    for done, (received, moments, entry) in enumerate(stories, 1):
        # One story, one transaction: it is there whole or not at all.
        try:
            teller.tell(entry, received, moments)
        except Exception as error:
            frappe.db.rollback()
            raise RuntimeError(f"demo story {entry['key']} cannot be told: {error}") from error
        frappe.db.commit()
        frappe.clear_messages()
        tell(_("Complaints"), done, len(stories))


@contextmanager
def _photographer(stories: list[dict]) -> Iterator[retell.Photos]:
    """Gives the function that turns [{motif, seed}] into uploads; without stories, one that gives no photos."""
    wanted = [photo for entry in stories for photo in _photos_of(entry)]
    if not wanted:
        yield lambda photos: []
        return
    with Studio() as studio:
        for photo in wanted:
            studio.order(photo)
        yield lambda photos: [Upload(f"{photo['motif']}.jpg", studio.collect(photo)) for photo in photos]


def _photos_of(entry: dict) -> list[dict]:
    return entry["photos"] + [photo for step in entry["story"]["steps"] for photo in step.get("photos", [])]
