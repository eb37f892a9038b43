"""Which communes somebody means who writes a place: "Hạc Thành", "p. hac thanh", "12 Lê Lai, phường Hạc Thành"."""

from __future__ import annotations

from collections.abc import Iterable

from phanhoi_app.rules.text import name_key, search_key

KINDS = ("phuong", "xa", "thi tran", "dac khu", "p", "x", "tt")


def named(text: str, areas: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The (code, name) pairs that the text names, the surest kind of naming alone; [] when it names none.

    Surest first: the whole name with its kind ("phường Hạc Thành"), the name alone, a name within a longer text, a part
    of a name. Where several are alike without marks, those are meant whose marks were typed.
    """
    said = search_key(text)
    bare = _bare(said)
    if not bare:
        return []
    found: dict[int, list[tuple[str, str]]] = {}
    for code, name in areas:
        if rank := _rank(said, bare, search_key(name)):
            found.setdefault(rank, []).append((code, name))
    best = found[min(found)] if found else []
    exact = [area for area in best if _bare_marked(area[1]) in name_key(text)]
    return exact if len(best) > 1 and exact else best


def _rank(said: str, bare: str, name: str) -> int:
    alone = _bare(name)
    if said == name:
        return 1
    if bare == alone:
        return 2
    around = f" {said} "
    if f" {name} " in around:
        return 3
    if any(f" {kind} {alone} " in around for kind in KINDS):
        return 4
    # One word alone is too common within a sentence ("Lợi", "Thành").
    if " " in alone and f" {alone} " in around:
        return 5
    return 6 if len(bare) >= 3 and f" {bare}" in f" {alone}" else 0


def _bare(key: str) -> str:
    """A name's key without the word for its kind."""
    for kind in KINDS:
        if key.startswith(f"{kind} ") and len(key) > len(kind) + 1:
            return key[len(kind) + 1 :]
    return key


def _bare_marked(name: str) -> str:
    words = name_key(name).split()
    for length in (2, 1):
        if len(words) > length and search_key(" ".join(words[:length])) in KINDS:
            return " ".join(words[length:])
    return " ".join(words)
