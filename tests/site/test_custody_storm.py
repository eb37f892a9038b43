"""Many hands at once: each on a connection of its own, against the same complaints, for real."""

import random
import threading

import pytest
from helpers import world
from helpers.history import unlocked
from helpers.people import acting

from phanhoi_app.custody import perform
from phanhoi_app.custody.errors import VerbRefused
from phanhoi_app.history import read

COMPLAINTS, USERS, VERBS = 50, 10, 200
SOON = "2026-12-31"
# Ten connections: some people sit at two desks.
PEOPLE = (
    world.COORDINATOR,
    world.COORDINATOR,
    world.SECOND_COORDINATOR,
    world.OFFICER,
    world.OFFICER,
    world.SECOND_OFFICER,
    world.LEADER,
    world.LEADER,
    world.OTHER_OFFICER,
    world.OTHER_OFFICER,
)


@pytest.fixture
def committed(site, file_one):
    """``committed(n)`` files n complaints that other connections see; taken away after the test."""
    made = []

    def file(count):
        made.extend(file_one(title=f"Ổ gà số {number}").name for number in range(count))
        site.db.commit()
        return list(made)

    yield file
    site.db.rollback()
    parts = site.get_all("Complaint", {"part_of": ("in", made)}, pluck="name") if made else []
    names = [*made, *parts]
    if names:
        clear(site, names)
    site.db.commit()


def clear(site, names):
    messages = site.get_all("Message", {"complaint": ("in", names)}, pluck="name") or [""]
    site.db.sql("delete from `tabLetter` where name in %s", (messages,))
    with unlocked(site):
        site.db.sql("delete from `tabComplaint Event` where complaint in %s", (names,))
    for doctype in ("Custody", "Contribution", "Message"):
        site.db.sql(f"delete from `tab{doctype}` where complaint in %s", (names,))
    site.db.sql("delete from `tabComplainant` where name in %s", (names,))
    site.db.sql("delete from `tabComplaint` where name in %s", (names,))


def at_once(home, jobs):
    """Run each job (user, work) in a thread with its own connection, all from the same moment."""
    import frappe

    start = threading.Barrier(len(jobs))

    def run(user, work):
        frappe.init(site=home.site, sites_path=str(home.sites))
        frappe.connect()
        frappe.set_user(user)
        frappe.local.lang = "vi"
        frappe.flags.mute_emails = True
        start.wait()
        try:
            work(frappe)
        finally:
            frappe.db.rollback()
            frappe.destroy()

    threads = [threading.Thread(target=run, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def once(outcomes, name, verb, inputs):
    def work(frappe):
        try:
            perform.perform_verb(name, verb, inputs)
            frappe.db.commit()
            outcomes.append("done")
        except VerbRefused as error:
            frappe.db.rollback()
            outcomes.append(str(error))
        except Exception as error:
            outcomes.append(f"leaked: {error!r}")

    return work


@pytest.mark.parametrize(
    ("verb", "inputs", "users"),
    [
        ("transfer", {"agency": "T-HEALTH", "reason": "x"}, (world.OFFICER, world.LEADER)),
        (
            "invite",
            {"agency": "T-HEALTH", "question": "?", "due_on": SOON},
            (world.OFFICER, world.COORDINATOR),
        ),
        ("refer", {"agency": "T-HEALTH"}, (world.OFFICER, world.SECOND_OFFICER)),
        (
            "split",
            {
                "parts": [
                    {"title": "Phần một", "agency": "T-ROADS"},
                    {"title": "Phần hai", "agency": "T-HEALTH"},
                ]
            },
            (world.COORDINATOR, world.LEADER),
        ),
        ("return", {"reason": "x"}, (world.OFFICER, world.LEADER)),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_two_at_the_same_moment_make_one_event(site, committed, act, home, verb, inputs, users):
    name = committed(1)[0]
    act(world.COORDINATOR, name, "assign", agency="T-ROADS")
    site.db.commit()
    outcomes = []
    at_once(home, [(user, once(outcomes, name, verb, inputs)) for user in users])
    site.db.rollback()
    assert outcomes.count("done") == 1, outcomes
    assert not [said for said in outcomes if said.startswith("leaked")], outcomes
    assert [event.kind for event in read.events(name)].count(verb) == 1
    assert read.verify(name) == []


def test_two_merge_into_each_other_and_one_does(site, committed, act, home):
    first, second = committed(2)
    outcomes = []
    at_once(
        home,
        [
            (world.COORDINATOR, once(outcomes, first, "merge", {"into": second})),
            (world.SECOND_COORDINATOR, once(outcomes, second, "merge", {"into": first})),
        ],
    )
    site.db.rollback()
    assert outcomes.count("done") == 1, outcomes
    assert not [said for said in outcomes if said.startswith("leaked")], outcomes
    phases = site.get_all("Complaint", {"name": ("in", [first, second])}, pluck="phase")
    assert sorted(phases) == ["merged", "new"]


def test_the_last_two_parts_at_the_same_moment_prepare_the_whole_once(site, committed, act, home):
    whole = act(
        world.COORDINATOR,
        committed(1)[0],
        "split",
        parts=[
            {"title": "Phần một", "field": world.FOOD, "agency": world.HEALTH},
            {"title": "Phần hai", "field": world.POTHOLES, "agency": world.ROADS},
        ],
    )
    parts = site.get_all("Complaint", {"part_of": whole.name}, pluck="name", order_by="name")
    act(world.OTHER_OFFICER, parts[0], "take")
    act(world.LEADER, parts[1], "take")
    site.db.commit()
    outcomes = []
    at_once(
        home,
        [
            (world.OTHER_OFFICER, once(outcomes, parts[0], "answer", {"answer_text": "Một xong"})),
            (world.LEADER, once(outcomes, parts[1], "answer", {"answer_text": "Hai xong"})),
        ],
    )
    site.db.rollback()
    assert outcomes == ["done", "done"]
    whole.reload()
    assert whole.phase == "approval"
    assert "Một xong" in whole.answer_text
    assert "Hai xong" in whole.answer_text
    assert [event.kind for event in read.events(whole.name)].count("parts_answered") == 1


def test_two_hundred_random_verbs_by_ten_people_on_fifty_complaints(site, committed, act, home):
    names = committed(COMPLAINTS)
    for number, name in enumerate(names[:40]):
        act(world.COORDINATOR, name, "assign", agency=world.ROADS if number % 3 else world.HEALTH)
        if number % 4 == 0:
            act(world.OFFICER if number % 3 else world.OTHER_OFFICER, name, "take")
    site.db.commit()
    before = {name: len(read.events(name)) for name in names}
    done, refused, leaked = [], [], []

    def person(seed, user):
        chance = random.Random(seed)

        def work(frappe):
            for _turn in range(VERBS // USERS):
                # A few complaints that everybody wants, the rest at random: collisions are the point.
                name = chance.choice(names[:5]) if chance.random() < 0.5 else chance.choice(names)
                verb, inputs = some_verb(chance, names, user)
                try:
                    perform.perform_verb(name, verb, inputs)
                    frappe.db.commit()
                    done.append((name, verb, inputs))
                except (VerbRefused, frappe.DoesNotExistError) as error:
                    frappe.db.rollback()
                    refused.append(str(error))
                except Exception as error:
                    frappe.db.rollback()
                    leaked.append(f"{verb}: {error!r}")

        return work

    at_once(home, [(user, person(number, user)) for number, user in enumerate(PEOPLE)])
    site.db.rollback()
    assert leaked == []
    assert len(done) + len(refused) == VERBS
    assert len(done) > VERBS // 4, refused
    expected = dict(before)
    for name, verb, inputs in done:
        expected[name] += 1
        if verb == "merge":  # tells of itself in the history of both
            expected[inputs["into"]] += 1
    assert {name: len(read.events(name)) for name in names} == expected
    for name in names:
        assert read.verify(name) == []
        agency = site.db.get_value("Complaint", name, "agency")
        holders = site.get_all(
            "Custody",
            {"complaint": name, "part": "Holder", "until": ("is", "not set")},
            pluck="party",
        )
        assert holders == [agency], name
    print(f"{len(done)} done, {len(refused)} refused in words")


def some_verb(chance, names, user):
    """A verb of the user's trade, though not always one that fits the complaint."""
    agency = chance.choice((world.ROADS, world.HEALTH, world.WARD_OFFICE))
    anybody = [
        ("note", {"text": "Đã gọi hiện trường"}),
        ("invite", {"agency": agency, "question": "Ý kiến?", "due_on": SOON}),
        ("refer", {"agency": agency}),
    ]
    desk = [
        ("assign", {"agency": agency}),
        ("assign", {"agency": agency}),
        ("merge", {"into": chance.choice(names)}),
        ("merge", {"into": chance.choice(names)}),
        ("ask", {"question": "Ở đâu?"}),
    ]
    office = [
        ("take", {}),
        ("take", {}),
        ("transfer", {"agency": agency, "reason": "Không thuộc thẩm quyền"}),
        ("transfer", {"agency": agency, "reason": "Không thuộc thẩm quyền"}),
        ("decline", {"reason": "Không phải việc của chúng tôi"}),
        ("return", {"reason": "Không phải việc của chúng tôi"}),
        ("contribute", {"opinion": "Đồng ý"}),
        ("submit", {"answer_text": "Đã vá"}),
        ("answer", {"answer_text": "Đã vá"}),
    ]
    coordinates = user in (world.COORDINATOR, world.SECOND_COORDINATOR)
    return chance.choice(anybody + (desk if coordinates else office))


def test_who_waits_too_long_reads_a_sentence(site, committed, home, act):
    """The database gives up waiting: the person reads who is in the way, not the database's words."""
    import frappe

    name = committed(1)[0]
    held, let_go, outcomes = threading.Event(), threading.Event(), []

    def holds(_frappe):
        perform.lock(name)
        held.set()
        let_go.wait(20)

    def waits(_frappe):
        held.wait(20)
        frappe.db.sql("set session innodb_lock_wait_timeout = 1")
        once(outcomes, name, "note", {"text": "x"})(frappe)
        let_go.set()

    at_once(home, [(world.COORDINATOR, holds), (world.SECOND_COORDINATOR, waits)])
    assert outcomes
    assert name in outcomes[0]
    assert "thử lại" in outcomes[0].lower()
    with acting(site, world.COORDINATOR):
        assert len(read.events(name)) == 1
