"""Mails as they arrive, written by hand: each .eml is one. `@TOKEN@` and the like are filled in."""

from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """The names of all mails."""
    return sorted(path.stem for path in HERE.glob("*.eml"))


def mail_bytes(name: str, **values: str) -> bytes:
    """The bytes of a mail, with values for its places (TOKEN="ph-…")."""
    raw = (HERE / f"{name}.eml").read_bytes()
    for key, value in values.items():
        raw = raw.replace(f"@{key}@".encode(), value.encode())
    return raw
