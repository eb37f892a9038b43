"""What newer frameworks let an administrator add to a workflow: values by expression, tasks at a transition.

version-15 has neither; there the columns are missing and nothing happens here.
"""

import frappe
from frappe import _
from frappe.model import workflow as framework

TASKS = "Workflow Transition Task"


def value_of(state_row, complaint):
    """What the state's row sets its field to: the text itself, or what the expression in it gives."""
    if state_row.get("evaluate_as_expression") and hasattr(framework, "evaluate_workflow_value"):
        return framework.evaluate_workflow_value(state_row.update_value, 1, complaint)
    return state_row.update_value


def run_tasks(transition, complaint) -> None:
    """Do the transition's tasks: the synchronous ones now, within this transaction, the others after the commit.

    Raises what a synchronous task raises, and frappe.ValidationError for a task that no app offers: nothing is
    changed then.
    """
    if not transition.get("transition_tasks"):
        return
    rows = frappe.get_all(
        TASKS,
        filters={"parent": transition.transition_tasks, "enabled": 1},
        fields=["task", "link", "asynchronous"],
        order_by="idx asc",
    )
    for row in rows:
        method = _method(row)
        if row.asynchronous:
            frappe.enqueue(method, doc=complaint, enqueue_after_commit=True)
        else:
            method(complaint)


def _method(row):
    if row.task == "Webhook":
        return frappe.get_doc("Webhook", row.link).execute_for_doc
    if row.task == "Server Script":
        return frappe.get_doc("Server Script", row.link).execute_workflow_task
    for offered in frappe.get_hooks("workflow_methods"):
        if offered["name"] == row.task:
            return frappe.get_attr(offered["method"])
    frappe.throw(_("The workflow names the task “{0}”, which no installed app offers.").format(row.task))
