"""The base of this room's exceptions: a sentence that can be said in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime


class Word(str):
    """A value inside a sentence that is itself a translatable word, such as the name of a weekday."""

    __slots__ = ()


class RuleError(ValueError):
    """A rule was not kept. `template` is the English sentence with {named} gaps, `values` fills them.

    `str(error)` is the English sentence. A caller that knows the reader's language says
    `error.sentence(frappe._)`. Dates are shown day first, as Viet Nam writes them.
    """

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(self.sentence())

    def sentence(self, translate: Callable[[str], str] | None = None) -> str:
        """The whole sentence; `translate` maps an English source string to the reader's language."""
        return fill(self.template, self.values, translate)

    def __reduce__(self):
        # An exception travels between worker processes; the default would lose the gaps' values.
        return (_rebuild, (type(self), self.template, self.values))


def fill(template: str, values: Mapping[str, object], translate: Callable[[str], str] | None = None) -> str:
    """A sentence with its {named} gaps filled, template and `Word`s in the reader's language."""
    say = translate or str
    return say(template).format(**{name: _shown(value, say) for name, value in values.items()})


def _shown(value: object, say: Callable[[str], str]) -> object:
    if isinstance(value, Word):
        return say(str(value))
    if isinstance(value, datetime):
        return value.strftime("%H:%M %d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return value


def _rebuild(kind: type[RuleError], template: str, values: dict[str, object]) -> RuleError:
    return kind(template, **values)
