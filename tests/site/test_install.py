"""What an installed app brings, that bringing it again changes nothing, and that an administrator's changes stay."""

import json

from phanhoi_app import install
from phanhoi_app.access import roles
from phanhoi_app.custody import phases
from phanhoi_app.workflows import loader


def test_the_roles_are_there(site):
    for role in roles.ALL:
        assert site.db.get_value("Role", role, "desk_access") == (0 if role == roles.CITIZEN else 1), role


def test_the_workflow_is_active_and_every_phase_has_a_state(site):
    assert site.db.get_value("Workflow", "Standard", "is_active")
    for phase in phases.ALL:
        assert phases.phase_of(phases.state_for(phase)) == phase


def test_every_shipped_transition_names_a_verb_and_known_roles(site):
    from phanhoi_app.custody.verbs import VERBS

    for name in loader.available():
        data = json.loads((loader.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        states = {row["state"] for row in data["states"]}
        for row in data["transitions"]:
            assert row["verb"] in VERBS
            assert {row["from"], row["to"]} <= states
            assert set(row["roles"]) <= set(roles.ALL)


def test_setting_up_again_changes_nothing(site):
    counted = (
        "Message Template",
        "Refusal Reason",
        "Rating Scale",
        "Working Calendar",
        "Deadline Policy",
        "Workflow",
    )
    before = {doctype: site.db.count(doctype) for doctype in counted}
    site.db.set_value("Message Template", "received Citizen SMS vi", "text", "Chữ của tỉnh {{ number }}")
    install.set_up()
    assert {doctype: site.db.count(doctype) for doctype in counted} == before
    assert (
        site.db.get_value("Message Template", "received Citizen SMS vi", "text")
        == "Chữ của tỉnh {{ number }}"
    )


def test_a_changed_workflow_survives_an_upgrade(site):
    workflow = site.get_doc("Workflow", "Standard")
    workflow.transitions = [row for row in workflow.transitions if row.action != "Close"]
    workflow.save()
    install.set_up()
    assert "Close" not in {row.action for row in site.get_doc("Workflow", "Standard").transitions}
    loader.load("standard", replace=True)
    assert "Close" in {row.action for row in site.get_doc("Workflow", "Standard").transitions}
    site.db.rollback()
    site.clear_cache(doctype="Complaint")
    site.clear_document_cache("Workflow", "Standard")


def test_the_shipped_templates_cover_what_is_told(site):
    from phanhoi_app.messaging import notices, templates

    for event in ("received", *notices.TO_CITIZEN.values()):
        for language in ("vi", "en"):
            for channel in ("SMS", "E-mail"):
                assert templates.find(event, "Citizen", channel, language), (event, channel, language)
    for event in ("assigned", "sent_back", "reopened"):
        assert templates.find(event, "Officer", "Desk"), event


def test_a_received_notice_fits_three_segments(site):
    from phanhoi_app.messaging import templates
    from phanhoi_app.rules import sms

    text = templates.render(templates.find("received", "Citizen", "SMS").text, templates.VALUES)
    assert sms.segments(sms.without_marks(text)) <= 2
    assert sms.segments(text) <= 3


def test_the_site_bears_the_apps_name_unless_it_has_its_own(site):
    for doctype in ("System Settings", "Website Settings"):
        assert site.db.get_single_value(doctype, "app_name") == install.BRAND
        site.db.set_single_value(doctype, "app_name", "Tỉnh ta")
    install.set_up()
    assert site.db.get_single_value("System Settings", "app_name") == "Tỉnh ta"
