"""Which actions a user may take on a complaint now, for the form's menu, dialogs and buttons."""

from phanhoi_app.access import scope
from phanhoi_app.custody import preview, refusals, transitions, verbs


def transitions_open_to_user(complaint) -> list:
    """The workflow's transitions that the session's user may make now: by duty, and not refused in words."""
    if not scope.may_act(complaint):
        return []
    return [
        row
        for row in transitions.available(complaint, scope.roles_on(complaint))
        if not refusals.refused(complaint, transitions.verb_of(row.action))
    ]


def open_to_user(complaint) -> dict:
    """{action: {verb, inputs: [fieldname], preview: [sentence]}} of the session's user in the present state."""
    actions = {}
    for row in transitions_open_to_user(complaint):
        code = transitions.verb_of(row.action)
        verb = verbs.VERBS.get(code)
        actions[row.action] = {
            "verb": code,
            "inputs": list(verb.inputs) if verb else [],
            "preview": preview.sentences(complaint, code, row.next_state),
        }
    return actions


def at_once(complaint) -> set[str]:
    """The actions that the session's user may take now without being asked for anything, as for many in a list."""
    open_ones = {
        row.action: verbs.VERBS.get(transitions.verb_of(row.action))
        for row in transitions_open_to_user(complaint)
    }
    return {
        action
        for action, verb in open_ones.items()
        if not verb or not verb.inputs or (verb.inputs == ("answer_text",) and complaint.answer_text)
    }


def beside_open_to_user(complaint) -> dict:
    """{verb: [sentence of the preview]} of the verbs that leave the state as it is."""
    return {
        verb.code: preview.sentences(complaint, verb.code)
        for verb in verbs.BESIDE.values()
        if complaint.phase in verb.phases
        and not refusals.refused(complaint, verb.code)
        and verb.role(complaint)
    }
