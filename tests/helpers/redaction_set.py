"""The labelled sentences by which redaction is measured, and the measuring."""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from phanhoi_app.rules import redaction

FOLDER = Path(__file__).parent / "redaction"
TUNED_ON, HELD_BACK = "tuned_on", "held_back"
ALL = "all"

_SIGNS = {"⏎": "\n", "⟨zwsp⟩": "\u200b", "⟨nbsp⟩": "\u00a0"}
_LABEL = re.compile(r"⟦(\w+):([^⟧]+)⟧")


class Sentence(NamedTuple):
    """A text (NFC) and what in it is personal: [(kind, start, end)]."""

    text: str
    labels: list[tuple[str, int, int]]


class Score(NamedTuple):
    """What was found. Recall counts labels found whole; precision, finds that take nothing but what is labelled.

    `kinds`: {kind or "all": (labels, found whole)}; `missed` and `wrong`: in words, to be read.
    """

    kinds: dict[str, tuple[int, int]]
    finds: int
    right: int
    missed: list[str]
    wrong: list[str]

    def recall(self, kind: str = ALL) -> float:
        labels, found = self.kinds[kind]
        return found / labels

    @property
    def precision(self) -> float:
        return self.right / self.finds

    def table(self) -> str:
        rows = [f"{'kind':<12}{'labels':>8}{'found':>8}{'recall':>8}"]
        for kind, (labels, found) in self.kinds.items():
            rows.append(f"{kind:<12}{labels:>8}{found:>8}{found / labels:>8.3f}")
        rows.append(f"precision {self.precision:.3f} ({self.right} of {self.finds})")
        return "\n".join(rows)


def read(part: str) -> list[Sentence]:
    """The sentences of one part."""
    lines = (FOLDER / f"{part}.txt").read_text(encoding="utf-8").splitlines()
    return [_sentence(line) for line in lines if line.strip() and not line.startswith("#")]


def measure(sentences: list[Sentence]) -> Score:
    """How well `redaction.find` does on them."""
    labels, found = Counter(), Counter()
    finds = right = 0
    missed, wrong = [], []
    for text, marks in sentences:
        hits = redaction.find(text)
        taken = {i for hit in hits for i in range(hit.start, hit.end)}
        personal = {i for _kind, start, end in marks for i in range(start, end)}
        for kind, start, end in marks:
            whole = taken.issuperset(_read(text, start, end))
            for key in (kind, ALL):
                labels[key] += 1
                found[key] += whole
            if not whole:
                missed.append(f"{kind}: {text[start:end]!r} in {text!r}")
        for hit in hits:
            good = personal.issuperset(_read(text, hit.start, hit.end))
            finds, right = finds + 1, right + good
            if not good:
                wrong.append(f"{hit.kind}: {hit.text!r} in {text!r}")
    kinds = {kind: (labels[kind], found[kind]) for kind in [*sorted(labels.keys() - {ALL}), ALL]}
    return Score(kinds, finds, right, missed, wrong)


def _read(text: str, start: int, end: int) -> list[int]:
    """Positions of what tells something: letters and digits. Spaces and brackets around them do not matter."""
    return [i for i in range(start, end) if text[i].isalnum()]


def _sentence(line: str) -> Sentence:
    for sign, meant in _SIGNS.items():
        line = line.replace(sign, meant)
    text, labels, at = "", [], 0
    for match in _LABEL.finditer(unicodedata.normalize("NFC", line)):
        text += match.string[at : match.start()]
        labels.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        at = match.end()
    text += unicodedata.normalize("NFC", line)[at:]
    if "⟦" in text or "⟧" in text:
        raise ValueError(f"a label is not closed: {line}")
    return Sentence(text, labels)
