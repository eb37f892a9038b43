"""The doors to the verbs for the desk and for REST. They check nothing themselves: `perform` does."""

import frappe
from frappe import _
from frappe.model import workflow

from phanhoi_app.access import scope
from phanhoi_app.custody import actions, perform, publication
from phanhoi_app.custody.errors import told


@frappe.whitelist(methods=["POST"])
@told
def apply_workflow(doc: str | dict, action: str):
    """Stands in for the framework's method of this name: complaints go through their verbs, the rest as ever.

    The desk's form puts the verb's inputs into `doc.__inputs`; nothing else of the client's copy is read
    but its name and the `modified` that the user looked at.
    """
    values = frappe.parse_json(doc)
    if values.get("doctype") != "Complaint":
        return workflow.apply_workflow(doc, action)
    complaint = perform.perform_action(
        values.get("name"), action, values.get("__inputs") or {}, seen_modified=values.get("modified")
    )
    # What goes back to the browser is what this user may read: handling does not open the identity.
    complaint.apply_fieldlevel_read_permissions()
    return complaint


@frappe.whitelist()
def get_transitions(doc: str | dict, raise_exception: bool = False) -> list[dict]:
    """Stands in for the framework's: the form's menu offers what the user may do by duty, and nothing else."""
    values = frappe.parse_json(doc)
    if values.get("doctype") != "Complaint":
        return workflow.get_transitions(doc, raise_exception=raise_exception)
    complaint = frappe.get_doc("Complaint", values.get("name"))
    complaint.check_permission("read")
    # An action whose way depends on a condition stands in the menu once.
    rows = {row.action: row.as_dict() for row in actions.transitions_open_to_user(complaint)}
    return list(rows.values())


@frappe.whitelist()
def get_common_transition_actions(docs: str | list, doctype: str) -> list[str]:
    """Stands in for the framework's: the list's menu offers what the user may do by duty with all that are ticked, and
    what needs no more words. One that is not seen is as one that is not there: nothing is common to it."""
    if doctype != "Complaint":
        return workflow.get_common_transition_actions(docs, doctype)
    common: set[str] | None = None
    for row in frappe.parse_json(docs):
        name = str(row.get("name"))
        if not scope.may_see(name) or not frappe.db.exists("Complaint", name):
            return []
        actions_here = actions.at_once(frappe.get_doc("Complaint", name))
        common = actions_here if common is None else common & actions_here
        if not common:
            return []
    return sorted(common or ())


@frappe.whitelist(methods=["POST"])
def bulk_workflow_approval(docnames: str, doctype: str, action: str):
    """The framework's bulk action; for complaints each is its own verb and transaction."""
    if doctype != "Complaint":
        return workflow.bulk_workflow_approval(docnames, doctype, action)
    done, refused = [], []
    for name in frappe.parse_json(docnames):
        try:
            perform.perform_action(name, action)
            frappe.db.commit()
            done.append(name)
        except frappe.ValidationError as error:
            frappe.db.rollback()
            frappe.clear_messages()
            refused.append(f"{name}: {error}")
    lines = [_("Done: {0}").format(len(done)), *(frappe.utils.escape_html(line) for line in refused)]
    frappe.msgprint(
        "<br>".join(lines), indicator="orange" if refused else "green", title=_("Workflow Status")
    )


@frappe.whitelist(methods=["POST"])
@told
def act(complaint: str, verb: str, inputs: str | dict | None = None, modified: str | None = None) -> dict:
    """Perform a verb by its code, of the workflow or beside it.

    Returns name, workflow_state, phase and modified of the complaint.
    """
    try:
        given = frappe.parse_json(inputs or {})
    except ValueError:
        given = inputs  # said in words by `perform`
    doc = perform.perform_verb(complaint, verb, given, seen_modified=modified)
    return {field: doc.get(field) for field in ("name", "workflow_state", "phase", "modified")}


@frappe.whitelist()
def publication_proposal(complaint: str) -> dict:
    """The texts that might be published, redacted; for those who decide on publication."""
    doc = frappe.get_doc("Complaint", complaint)
    doc.check_permission("write")
    return publication.proposal(doc)


@frappe.whitelist(methods=["POST"])
@told
def publish(
    complaint: str, public_title: str, public_content: str, public_answer: str, modified: str | None = None
) -> str:
    """Publish; returns the state of publication."""
    return publication.publish(complaint, public_title, public_content, public_answer, modified).publication


@frappe.whitelist(methods=["POST"])
@told
def withhold(complaint: str, reason: str, modified: str | None = None) -> str:
    """Withhold from the public; returns the state of publication."""
    return publication.withhold(complaint, reason, modified).publication
