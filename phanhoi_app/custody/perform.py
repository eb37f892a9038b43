"""Performs a verb: one lock, one check, one save, one event. Desk, REST and portal all come through here."""

import frappe
from frappe import _

from phanhoi_app.access import scope
from phanhoi_app.custody import transitions, verbs
from phanhoi_app.custody.errors import Conflict, NotAllowed
from phanhoi_app.history import locks


def perform_action(complaint: str, action: str, inputs: dict | None = None, seen_modified=None):
    """Do a workflow action (by its name in the workflow) as the session's user; returns the saved Complaint.

    `inputs` are the verb's own, such as {"agency": …}; `seen_modified` is the `modified` the user looked at.
    Raises custody.errors: Conflict (409), NotAllowed (403), MissingInput (422).
    """
    return _perform(complaint, lambda row: row.action == action, inputs, seen_modified)


def perform_verb(complaint: str, verb: str, inputs: dict | None = None, seen_modified=None):
    """The same by verb code ("assign"), whatever the workflow calls the action."""
    return _perform(complaint, lambda row: transitions.verb_of(row.action) == verb, inputs, seen_modified)


def _perform(name, wanted, inputs, seen_modified):
    doc = lock(name)
    if not scope.may_see(doc.name):
        raise missing()
    if not doc.has_permission("write"):
        raise NotAllowed(_("You may not act on complaint {0}.").format(name))
    transitions.refuse_if_changed(doc, seen_modified)
    transition = transitions.find(doc, wanted, scope.roles_on(doc))
    return carry_out(doc, transition, inputs or {})


def carry_out(doc, transition, inputs: dict, actor_role: str | None = None):
    """Apply the transition's verb to a locked complaint and save it. The caller has checked who asks."""
    code = transitions.verb_of(transition.action)
    verb = verbs.VERBS.get(code) or verbs.plain_transition(transition.action)
    event = verb.apply(doc, inputs)
    event.actor_role = actor_role or transition.allowed
    transitions.make(doc, transition)
    return save(doc, event)


def save(doc, event):
    """Save a complaint that a verb has changed, with the event that tells of it."""
    doc.flags.event = event
    doc.flags.told_citizen = event.public_note
    doc.flags.by_verb = True
    # The verb has checked who may do this; what a verb sets, no role may set by hand.
    doc.flags.ignore_permissions = True
    doc.save()
    doc.flags.by_verb = False
    doc.flags.ignore_permissions = False
    return doc


def missing() -> frappe.DoesNotExistError:
    """What is said of a complaint that is not there, and of one that the user does not see."""
    return frappe.DoesNotExistError(_("There is no such complaint."))


def lock(name: str):
    """The complaint, its row locked until the end of the transaction.

    Raises frappe.DoesNotExistError; Conflict when another holds the row longer than the database waits, or
    changed it after this transaction first read.
    """
    try:
        return frappe.get_doc("Complaint", name, for_update=True)
    except frappe.DoesNotExistError:
        frappe.clear_last_message()
        raise missing() from None
    except Exception as error:
        if not locks.lost_to_another(error):
            raise
        raise Conflict(
            _("Somebody else is working on complaint {0} at this moment. Try again in a few seconds.").format(
                name
            )
        ) from error
