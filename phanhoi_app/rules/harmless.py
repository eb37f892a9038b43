"""A citizen's words as signs that no page, mail or print can take for markup.

The desk puts what is stored into its pages, and relies on a filter that, when saving, throws tags away and writes
entities for what is left: words get lost, `<b>` stays bold, `title="…"` is broken by a quote. Here nothing is lost and
nothing is marked up: < > " ' & become the printed signs that look like them. The words as typed are kept apart
(DocType Complainant), as wherever the two differ.
"""

import json
import re

_SIGNS = str.maketrans({"<": "‹", ">": "›", "'": "’"})
_OPENING = re.compile(r'(?:(?<=\s)|(?<=[(\[‹›“])|^)"', re.MULTILINE)
# An ampersand that begins an entity, such as &lt; or &#60
_ENTITY = re.compile(r"&(?=#|\w+;|(?:lt|gt|amp|quot|apos|nbsp)(?!\w))", re.IGNORECASE)


def text(typed: str) -> str:
    """The text in harmless signs; unchanged when there is nothing to change, and when done twice."""
    shown = _OPENING.sub("“", typed.translate(_SIGNS)).replace('"', "”")
    return _ENTITY.sub("＆", shown)


def values(typed: str) -> str:
    """The same for JSON: in each text of it. What is no JSON is treated as text."""
    try:
        return json.dumps(_each(json.loads(typed)), ensure_ascii=False)
    except ValueError:
        return text(typed)


def _each(value):
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return [_each(item) for item in value]
    return {key: _each(item) for key, item in value.items()} if isinstance(value, dict) else value
