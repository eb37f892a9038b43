"""Set-up as a list of steps: each knows whether it is done, says how far the whole is, and may be cut off anywhere."""

import contextlib
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from localbench.places import read_json, write_atomically


@dataclass
class Step:
    """One piece of set-up.

    ``seconds`` is about how long it takes on two cores. ``fingerprint`` names the inputs: the step is done when its
    stamp holds the same. Without one, ``needed`` decides. ``do`` must bear being run again after any interruption.
    """

    name: str
    title: str
    seconds: int
    do: Callable[[], object]
    fingerprint: Callable[[], str] | None = None
    needed: Callable[[], bool] | None = None
    stamp: Path | None = None
    exclusive: bool = False  # changes what a running site is using
    log: Path | None = None  # where its program tells how far it is

    def is_needed(self) -> bool:
        if self.needed is not None and self.needed():
            return True
        if self.fingerprint is None or self.stamp is None:
            return self.needed is None
        return read_json(self.stamp).get("fingerprint") != self.fingerprint()

    def perform(self) -> None:
        if self.stamp is not None:
            self.stamp.unlink(missing_ok=True)
        self.do()
        if self.stamp is not None and self.fingerprint is not None:
            write_atomically(self.stamp, f'{{"fingerprint": "{self.fingerprint()}"}}\n')


COUNT = re.compile(r"[^\r\n]{0,40}\b\d+/\d+\b[^\r\n]{0,10}")
RECENT = 300  # bytes at a log's end that may hold a count worth showing


def last_count(log: Path | None) -> str:
    """The newest "what: done/total" that a program wrote at the end of its log; empty if there is none."""
    if log is None or not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - RECENT))
        found = COUNT.findall(file.read().decode(errors="replace"))
    return found[-1].strip() if found else ""


class Progress:
    """Tells how far a list of steps is: live seconds on a terminal, plain lines elsewhere."""

    def __init__(self, total: int, out=None):
        self.total = total
        self.done = 0
        self.out = out or sys.stdout
        self.live = self.out.isatty()

    @contextlib.contextmanager
    def step(self, title: str, seconds: int, log: Path | None = None):
        """Show one step while its ``with`` block runs, with the last count ("Agencies: 120/166") in its log."""
        self.done += 1
        head = f"[{self.done:>2}/{self.total}] {title}"
        begun = time.monotonic()
        finished = threading.Event()

        def tick() -> None:
            while not finished.wait(0.5):
                spent = time.monotonic() - begun
                text = f"{head} … {spent:.0f} s of about {seconds} s  {last_count(log)}"
                width = shutil.get_terminal_size().columns - 1
                self.out.write(f"\r\x1b[2K{text[:width]}")
                self.out.flush()

        ticker = threading.Thread(target=tick, daemon=True) if self.live else None
        if ticker:
            self.out.write(f"{head} …")
            ticker.start()
        else:
            self.out.write(f"{head} (about {seconds} s) …\n")
        self.out.flush()
        ended = "interrupted"
        try:
            yield
            ended = "done"
        except Exception:
            ended = "failed"
            raise
        finally:
            finished.set()
            if ticker:
                ticker.join()
            spent = time.monotonic() - begun
            start = "\r\x1b[2K" if self.live else ""
            self.out.write(f"{start}{head}: {ended} ({spent:.0f} s)\n")
            self.out.flush()


def perform(
    steps: list[Step],
    progress: Progress,
    before: int = 0,
    guard: Callable[[Step], object] = lambda step: None,
) -> int:
    """Perform the needed steps in order; return how many were. A step may become needed by an earlier one.

    ``before`` is how many of the progress's steps come before these. ``guard`` is asked before each needed step.
    """
    performed = 0
    for number, step in enumerate(steps, start=before):
        if not step.is_needed():
            continue
        guard(step)
        progress.done = number
        with progress.step(step.title, step.seconds, step.log):
            step.perform()
        performed += 1
    return performed
