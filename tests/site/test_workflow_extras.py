"""What newer frameworks let a workflow do besides changing the state."""

import pytest

from phanhoi_app.custody import transitions, workflow_extras


def test_a_task_that_no_app_offers_is_refused_in_words(site):
    with pytest.raises(site.ValidationError, match="gui-thu"):
        workflow_extras._method(site._dict(task="gui-thu"))


def test_a_states_value_is_taken_as_it_stands_unless_it_is_an_expression(site, file_one):
    row = site._dict(update_field="severity", update_value="doc.title")
    assert workflow_extras.value_of(row, file_one()) == "doc.title"


def test_a_tasks_failure_leaves_the_complaint_as_it_was(site, file_one, act, province):
    if not site.db.exists("DocType", "Workflow Transition Tasks"):
        pytest.skip("this framework has no transition tasks: version-16 has")
    tasks = site.new_doc("Workflow Transition Tasks")
    tasks.append("tasks", {"task": "Server Script", "link": "no-such-script", "enabled": 1})
    tasks.insert(set_name="T-TASKS", ignore_links=True)
    complaint = file_one()
    row = transitions.available(complaint, {"Phanhoi Coordinator"})[0]
    site.db.set_value("Workflow Transition", row.name, "transition_tasks", tasks.name)
    site.clear_document_cache("Workflow", "Standard")
    try:
        with pytest.raises(site.DoesNotExistError):
            act(province.COORDINATOR, complaint, transitions.verb_of(row.action))
        assert site.db.get_value("Complaint", complaint.name, "workflow_state") == complaint.workflow_state
    finally:
        site.db.rollback()
        site.clear_document_cache("Workflow", "Standard")
