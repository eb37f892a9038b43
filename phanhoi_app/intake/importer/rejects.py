"""The rejects file: each row that was not taken, with its number, its reference and the reason in words.

It has the columns of the original, so that it can be corrected and imported with the same map.
"""

import csv
from pathlib import Path
from types import TracebackType

from frappe import _

from phanhoi_app.intake.importer.errors import ImportRefused


class RejectsFile:
    """A CSV file that appears with its first row; a file that an earlier run left there goes. Use with `with`."""

    def __init__(self, path: Path, header: tuple[str, ...]):
        self.path = path
        self._header = header
        self._stream = None
        self._writer = None

    def __enter__(self) -> "RejectsFile":
        try:
            self.path.unlink(missing_ok=True)
            # Made now, so that a folder without rights is told before the work and not after it.
            self.path.touch(mode=0o600)
            self.path.unlink()
        except OSError as error:
            raise ImportRefused(
                _("The rejects file {0} cannot be written: {1}.").format(
                    self.path, error.strerror or str(error)
                )
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream:
            self._stream.close()

    def write(self, number: int, reference: str, reason: str, cells: tuple[str, ...]) -> None:
        """Add one row; `cells` are the original ones."""
        if not self._writer:
            self._open()
        self._writer.writerow([number, reference, reason, *cells])

    def _open(self) -> None:
        self.path.touch(mode=0o600)  # complaints hold personal data
        # With a byte order mark, by which spreadsheets know that it is UTF-8.
        self._stream = self.path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._stream)
        self._writer.writerow([_("Row"), _("Reference"), _("Reason"), *self._header])
