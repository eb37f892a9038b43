"""Names and e-mail addresses as those see them who may not know them: recognisable to the owner, to nobody
else."""

from __future__ import annotations

from phanhoi_app.rules.text import clean_typed

STARS = "***"


def mask_name(name: str | None) -> str:
    """ "Nguyễn Văn A" as "N*** V*** A": the first letter of each word. The stars do not tell a word's
    length."""
    return " ".join(_mask_word(word) for word in clean_typed(name).split())


def mask_email(address: str | None) -> str:
    """ "lan.nguyen@gmail.com" as "l***@g***.com". The domain is masked too: it may bear the owner's name."""
    text = clean_typed(address)
    local, at, domain = text.rpartition("@")
    if not at:
        return _mask_word(text)
    host, dot, ending = domain.rpartition(".")
    return (
        f"{local[:1]}{STARS}@{host[:1]}{STARS}{dot}{ending}"
        if dot
        else f"{local[:1]}{STARS}@{domain[:1]}{STARS}"
    )


def _mask_word(word: str) -> str:
    return word if len(word) <= 1 else word[0] + STARS
