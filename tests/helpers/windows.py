"""What every browser test needs of a window: its troubles collected, its picture kept, its rest waited for."""

import re
import time
from pathlib import Path

PATIENCE = 60_000  # milliseconds: two processes may have two busy cores, and only a failure waits so long
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"


def watch(page) -> list[str]:
    """A list that fills with what goes wrong in the page: console errors, exceptions, failed or refused requests."""
    problems: list[str] = []

    def on_console(message) -> None:
        if message.type == "error":
            where = message.location.get("url", "") if message.location else ""
            problems.append(f"console: {message.text} ({where})")

    page.asked, page.underway = time.monotonic(), set()

    def on_request(request) -> None:
        page.asked = time.monotonic()
        if "/socket.io/" not in request.url:  # which waits for ever
            page.underway.add(request)

    def on_answer(request) -> None:
        page.asked = time.monotonic()
        page.underway.discard(request)

    def on_way(frame) -> None:
        if frame == page.main_frame:  # what the page before it asked for may never be told to have ended
            page.underway.clear()

    page.on("framenavigated", on_way)
    page.on("request", on_request)
    page.on("requestfinished", on_answer)
    page.on("requestfailed", on_answer)
    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"exception: {error}"))
    page.on(
        "response", lambda answer: answer.status >= 400 and problems.append(f"{answer.status} {answer.url}")
    )
    return problems


# Fades and slides, but not what turns for ever.
MOVING = """document.getAnimations().some(
    (each) => each.playState === "running" && each.effect?.getTiming().iterations < 9
)"""


def settle(page, seconds: float = 0.25) -> None:
    """Wait until the window has asked for nothing for that long, and nothing in it fades or slides any more.

    Unlike Playwright's "networkidle" it tells also of what a click brings.
    """
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        if not page.underway and time.monotonic() - page.asked > seconds and not page.evaluate(MOVING):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the window finds no rest: {[request.url for request in page.underway]}")


def picture(page, name: str) -> Path:
    """Keep a picture of the whole page in artefacts/; return its path."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{slug(name)}.png"
    page.screenshot(path=path, full_page=True)
    return path


def slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:80]
