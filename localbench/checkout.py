"""An official Frappe checkout in place of the restored package."""

from pathlib import Path

from localbench.errors import BenchError


def bench_folder(source: Path) -> str:
    raise BenchError("FRAPPE= is not there yet.")
