"""Performs a verb: one lock, one check, one save, one event. Desk, REST and portal all come through here."""

from frappe import _

from phanhoi_app.access import scope
from phanhoi_app.custody import phases, refusals, transitions, verbs
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.custody.locking import in_words, lock, missing, save


def perform_action(complaint: str, action: str, inputs: dict | None = None, seen_modified=None):
    """Do a workflow action (by its name in the workflow) as the session's user; returns the saved Complaint.

    `inputs` are the verb's own, such as {"agency": …}; `seen_modified` is the `modified` the user looked at.
    Raises custody.errors: Conflict (409), NotAllowed (403), MissingInput (422).
    """
    inputs = _named(inputs)
    with in_words(complaint):
        return _perform(
            complaint, transitions.verb_of(action), lambda row: row.action == action, inputs, seen_modified
        )


def perform_verb(complaint: str, verb: str, inputs: dict | None = None, seen_modified=None):
    """The same by verb code ("assign"), whatever the workflow calls the action; also for what leaves the state
    as it is ("note", "invite" …)."""
    inputs = _named(inputs)
    with in_words(complaint):
        if verb in verbs.BESIDE:
            return _perform_beside(complaint, verbs.BESIDE[verb], inputs, seen_modified)
        return _perform(
            complaint, verb, lambda row: transitions.verb_of(row.action) == verb, inputs, seen_modified
        )


def _perform(name, code, wanted, inputs, seen_modified):
    verb = verbs.VERBS.get(code)
    doc = lock(name, verb.other(name, inputs) if verb else None)
    _refuse_unseen(doc, seen_modified)
    if not doc.has_permission("write"):
        raise NotAllowed(_("You may not act on complaint {0}.").format(name))
    if reason := refusals.refused(doc, code):
        raise Conflict(reason)
    transition = transitions.find(doc, wanted, scope.roles_on(doc))
    return carry_out(doc, transition, inputs)


def _perform_beside(name, verb, inputs, seen_modified):
    doc = lock(name)
    _refuse_unseen(doc, seen_modified)
    if reason := refusals.refused(doc, verb.code):
        raise Conflict(reason)
    if doc.phase not in verb.phases:
        raise transitions.conflict(doc)
    role = verb.role(doc)
    if not role:
        raise NotAllowed(_("Your role does not allow this action on complaint {0}.").format(name))
    event = verb.apply(doc, inputs)
    event.actor_role = role
    return save(doc, event)


def carry_out(doc, transition, inputs: dict, actor_role: str | None = None):
    """Apply the transition's verb to a locked complaint and save it. The caller has checked who asks."""
    code = transitions.verb_of(transition.action)
    verb = verbs.VERBS.get(code) or verbs.plain_transition(transition.action)
    doc.flags.acting_as = actor_role or transition.allowed
    doc.flags.next_state = transition.next_state
    event = verb.apply(doc, inputs)
    event.actor_role = doc.flags.acting_as
    transitions.make(doc, transition)
    if phases.phase_of(doc.workflow_state) != "waiting":
        doc.reply_by = None
    return save(doc, event)


def _named(inputs) -> dict:
    """The inputs, which a REST call may send as anything. Raises MissingInput."""
    if not inputs:
        return {}
    if not isinstance(inputs, dict):
        raise MissingInput(_("The inputs are not readable: send them by name, as a JSON object."), "inputs")
    return inputs


def _refuse_unseen(doc, seen_modified) -> None:
    """Raise frappe.DoesNotExistError for what the user may not see, Conflict when somebody else was first."""
    if not scope.may_see(doc.name):
        raise missing()
    # Before the question who may act: whoever held it until a moment ago learns why it is gone.
    transitions.refuse_if_changed(doc, seen_modified)


__all__ = ["carry_out", "lock", "missing", "perform_action", "perform_verb", "save"]
