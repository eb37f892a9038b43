"""Which actions a user may take on a complaint now, for the form's dialogs."""

from phanhoi_app.access import scope
from phanhoi_app.custody import transitions, verbs


def open_to_user(complaint) -> dict:
    """{action: {verb, inputs: [fieldname]}} of the session's user in the complaint's present state."""
    actions = {}
    for row in transitions.available(complaint, scope.roles_on(complaint)):
        code = transitions.verb_of(row.action)
        verb = verbs.VERBS.get(code)
        actions[row.action] = {"verb": code, "inputs": list(verb.inputs) if verb else []}
    return actions
