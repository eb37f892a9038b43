"""Who is told of what, in which language; what a template may hold, and how it looks before it is sent."""

import json
from datetime import timedelta

import pytest
from helpers.people import acting

from phanhoi_app.install import DEFAULTS
from phanhoi_app.messaging import previewing, ratings, templates
from phanhoi_app.rules import sms


@pytest.fixture(autouse=True)
def without_commits(site, monkeypatch):
    monkeypatch.setattr(site.local.db.__class__, "commit", lambda self: None)


def told(site, complaint, audience="Citizen"):
    return site.get_all(
        "Message", {"complaint": complaint.name, "audience": audience}, pluck="event", order_by="creation"
    )


def test_the_citizen_hears_of_each_step(site, answered, act, province):
    assert told(site, answered) == ["received", "accepted", "answered"]
    from phanhoi_app.custody import citizen, publication

    with acting(site, province.LEADER):
        publication.publish(answered.name, "Ổ gà", "Có ổ gà.", "Đã vá.")
    with acting(site, "Guest"):
        citizen.reopen(answered.name, "Vẫn còn ổ gà")
    assert told(site, answered)[3:] == ["published", "reopened"]


def test_in_the_language_of_the_page_that_was_filled_in(site, file_one):
    assert file_one().language == "vi"
    from phanhoi_app.intake.receive import receive

    with acting(site, "Guest"):
        site.local.lang = "en"
        from helpers import world

        complaint = receive(world.GOOD, channel="Web")
    site.local.lang = "vi"
    assert complaint.language == "en"
    (message,) = site.get_all("Message", {"complaint": complaint.name}, ["template", "text", "language"])
    assert (message.template, message.language) == ("received Citizen SMS en", "en")
    assert "your complaint" in message.text


def test_an_answer_without_a_rating_is_asked_about_twice_and_no_more(site, answered):
    site.get_cached_doc("Phanhoi Settings").demo = 0

    def after(days):
        site.db.set_value(
            "Complaint",
            answered.name,
            "answered_on",
            site.utils.now_datetime() - timedelta(days=days, hours=1),
        )
        ratings.ask()
        return told(site, answered).count("rating_asked")

    first = site.utils.now_datetime()
    assert after(1) == 0
    # the same answer, as the days go by
    counts = []
    answered_on = first - timedelta(days=3, hours=1)
    site.db.set_value("Complaint", answered.name, "answered_on", answered_on)
    for _twice in range(2):
        ratings.ask()
        counts.append(told(site, answered).count("rating_asked"))
    assert counts == [1, 1]
    assert after(10) == 2
    site.db.set_value("Complaint", answered.name, "satisfaction", "satisfied")
    site.db.sql("delete from tabMessage where complaint = %s and event = 'rating_asked'", answered.name)
    assert after(3) == 0, "who has rated is not asked"


FORBIDDEN = (
    "{{ number.__class__ }}",
    "{{ number['__class__'] }}",
    "{{ ''.join(number) }}",
    "{{ range(10) }}",
    "{{ number() }}",
    "{% for x in number %}{{ x }}{% endfor %}",
    "{% import 'x' as y %}",
    "{% include 'x' %}",
    "{% macro x() %}{% endmacro %}",
    "{% set x = 1 %}",
    "{{ number * 999999999 }}",
    "{{ 9 ** 99 }}",
    "{{ number|attr('x') }}",
    "{{ number|pprint }}",
    "{{ self }}",
    "{{ frappe }}",
    "{% if note %}{{ nmber }}{% endif %}",
    "{{ number",
    "{{ lipsum }}",
    "{{ cycler }}",
    "{{ number if note is callable else title }}",
)


@pytest.mark.parametrize("text", FORBIDDEN)
def test_a_template_holds_text_values_and_choices_and_nothing_else(site, text):
    with pytest.raises(site.ValidationError):
        templates.check("received", "Citizen", text)


def test_what_is_wrong_with_a_template_is_said_with_what_is_right(site):
    with pytest.raises(site.ValidationError) as caught:
        templates.check("assigned", "Officer", "{{ code }} {% if note %}{{ nmber }}{% endif %}")
    said = str(caught.value)
    assert "code, nmber" in said and "desk_link" in said
    templates.check(
        "asked", "Citizen", "{{ title|upper }}{% if reply_by and not note %}{{ reply_by }}{% endif %}"
    )
    with pytest.raises(site.ValidationError):
        templates.check("invited", "Officer", "{{ number }}")


def test_values_that_an_event_does_not_have_are_empty_and_stop_nothing(site):
    assert templates.render("a{{ reply_by }}b", {}) == "ab"


def test_a_provider_s_own_values_are_checked_too(site, province):
    template = site.get_doc("Message Template", "received Citizen SMS vi")
    template.provider_values = "1=number, 2=nmber"
    with pytest.raises(site.ValidationError, match="nmber"):
        template.save()
    assert templates.for_provider("1=number, link", {"number": "PA", "link": "x"}) == {"1": "PA", "link": "x"}


def test_every_shipped_template_can_be_sent_in_both_languages(site):
    rows = json.loads((DEFAULTS / "message_template.json").read_text("utf-8"))
    kinds = {}
    for row in rows:
        templates.check(row["event"], row["audience"], row["subject"], row["text"])
        kinds.setdefault((row["event"], row["audience"], row["channel"]), set()).add(row["language"])
        if row["channel"] == "SMS":
            text = templates.render(row["text"], templates.examples(row["event"]))
            text = sms.without_marks(text) if row["without_marks"] else text
            assert sms.segments(text) <= 4, row
    assert [kind for kind, languages in kinds.items() if languages != {"vi", "en"}] == []
    options = site.get_meta("Message Template").get_field("event").options.split("\n")
    assert set(options) == {event for event, *_rest in kinds}


def test_a_long_note_is_shortened_and_the_rest_stands_on_the_page(site, file_one, act, province):
    complaint = file_one()
    act(province.COORDINATOR, complaint, "ask", question="Xin cho biết thêm về nơi xảy ra. " * 60)
    (message,) = site.get_all(
        "Message", {"complaint": complaint.name, "event": "asked"}, ["name", "segments"]
    )
    text = site.db.get_value("Letter", message.name, "text")
    assert message.segments <= 4 and "..." in text and complaint.tracking_code in text


def test_the_preview_shows_a_complaint_to_who_sees_it_and_hides_the_code(site, file_one, province):
    complaint = file_one()
    text = "Số {{ number }}, mã {{ code }}: {{ link }}"
    with acting(site, province.COORDINATOR):
        shown = previewing.preview("received", "Citizen", "SMS", text, complaint=complaint.name)
    assert complaint.name in shown["text"] and complaint.tracking_code not in shown["text"]
    assert shown["sms"]["encoding"] == "UCS-2" and shown["sms"]["plain"] <= shown["sms"]["marked"]
    with acting(site, province.OTHER_OFFICER), pytest.raises(site.DoesNotExistError):
        previewing.preview("received", "Citizen", "SMS", text, complaint=complaint.name)
    with acting(site, province.COORDINATOR):
        wrong = previewing.preview("received", "Citizen", "SMS", "{{ nmber }}")
    assert "nmber" in wrong["trouble"] and not wrong["text"]
