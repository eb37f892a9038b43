"""What every browser test needs of a window: its troubles collected, its picture kept."""

import re
from pathlib import Path

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"


def watch(page) -> list[str]:
    """A list that fills with what goes wrong in the page: console errors, exceptions, failed or refused requests."""
    problems: list[str] = []

    def on_console(message) -> None:
        if message.type == "error":
            where = message.location.get("url", "") if message.location else ""
            problems.append(f"console: {message.text} ({where})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"exception: {error}"))
    page.on(
        "response", lambda answer: answer.status >= 400 and problems.append(f"{answer.status} {answer.url}")
    )
    return problems


def picture(page, name: str) -> Path:
    """Keep a picture of the whole page in artefacts/; return its path."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{slug(name)}.png"
    page.screenshot(path=path, full_page=True)
    return path


def slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:80]
