"""Turns one row of the file into a case, or says in words why it cannot be one."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import get_system_timezone, now_datetime

from phanhoi_app.custody import phases
from phanhoi_app.intake import check
from phanhoi_app.intake.bulk import FINISHED_BY, Case
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.intake.importer.errors import RowRejected
from phanhoi_app.intake.importer.lookups import Lookups
from phanhoi_app.intake.importer.mapping import ANSWER, LONGEST_REFERENCE, OPEN_PHASES, Map
from phanhoi_app.rules import text

FIRST_YEAR = 1990  # a receipt before that is a slip of the keyboard or a field left at its zero
LONGEST = {"answer_text": 100_000, "answer_document_number": 140, "answer_signer": 140}
AHEAD = timedelta(days=1)  # how far ahead of ours another system's time zone may be


class RowReader:
    """Reads rows as the map says. `file_name` becomes part of each case's history."""

    def __init__(self, mapping: Map, lookups: Lookups, file_name: str):
        self._map = mapping
        self._lookups = lookups
        self._origin = _("Imported from {0}").format(file_name)
        self._zone = ZoneInfo(get_system_timezone())
        meta = frappe.get_meta("Complaint")
        self._choices = {
            name: frozenset(meta.get_field(name).options.split("\n")) for name in ("channel", "severity")
        }

    def case(self, row: dict[str, str]) -> Case:
        """The case of a row, by column name. Raises RowRejected."""
        reference = self._reference(row)
        received = self.time("received_at", row)
        if not received:
            raise RowRejected("received_missing", _("The time of receipt is missing."))
        written, due = self.time("closed_at", row), self.time("due_on", row)
        closed = self._closed(received, written)
        self._check_times(received, closed, due)
        phase = self._phase(row, closed)
        return Case(
            channel=self._choice("channel", row, "Import"),
            reference=reference,
            received_at=received,
            # What is still open is handled by the areas of today.
            values=self._values(row, received, None if phase in FINISHED_BY else now_datetime()),
            phase=phase,
            agency=self._lookups.find("agency", self._map.read("agency", row)),
            due_on=due,
            finished_at=closed,
            severity=self._choice("severity", row, "Normal"),
            answer=self._answer(row) if phase in phases.ANSWERED else {},
            origin=self._origin,
            noted={} if closed == written else {"closed_at_in_file": written},
        )

    def time(self, target: str, row: dict[str, str]) -> datetime | None:
        """A time of the row in the site's zone, to the second; None when the cell is empty. Raises RowRejected."""
        value = self._map.read(target, row)
        if not value:
            return None
        for each in self._map.datetime_formats or ("",):
            try:
                moment = datetime.strptime(value, each) if each else datetime.fromisoformat(value)
            except ValueError:
                continue
            if moment.tzinfo:
                moment = moment.astimezone(self._zone).replace(tzinfo=None)
            return moment.replace(microsecond=0)
        raise RowRejected(
            f"{target}_unreadable",
            _("{0}: the time “{1}” cannot be read. Say in the map how times are written.").format(
                self._label(target), value[:60]
            ),
        )

    def _reference(self, row) -> str:
        reference = text.clean_typed(self._map.reference(row))
        if not self._map.read("reference", row):
            raise RowRejected("reference_missing", _("The reference is missing: it tells the cases apart."))
        if len(reference) > LONGEST_REFERENCE:
            raise RowRejected(
                "reference_long",
                _("The reference is longer than {0} characters.").format(LONGEST_REFERENCE),
            )
        return reference

    def _closed(self, received: datetime, written: datetime | None) -> datetime | None:
        """The time of closing; that of the receipt where it lies before it by no more than two clocks may differ."""
        if written and received - self._map.clock_tolerance <= written < received:
            return received
        return written

    def _check_times(self, received, closed, due) -> None:
        if received.year < FIRST_YEAR:
            raise RowRejected(
                "received_early", _("The time of receipt lies before the year {0}.").format(FIRST_YEAR)
            )
        latest = now_datetime() + AHEAD
        if received > latest:
            raise RowRejected("received_future", _("The time of receipt lies in the future."))
        if closed and closed > latest:
            raise RowRejected("closed_future", _("The time of closing lies in the future."))
        if closed and closed < received:
            raise RowRejected("closed_early", _("The case was closed before it was received."))
        if due and due < received:
            raise RowRejected("due_early", _("The deadline lies before the receipt."))

    def _phase(self, row, closed) -> str:
        """Where the case stands: what the map says, else closed or open by its time of closing."""
        phase = self._map.read("phase", row)
        if not phase:
            return "closed" if closed else self._open_phase(row)
        if phase not in FINISHED_BY and phase not in OPEN_PHASES:
            raise RowRejected(
                "phase_unknown",
                _("The state “{0}” is not known. Say in the map which phase it is: {1}.").format(
                    phase[:60], ", ".join((*OPEN_PHASES, *FINISHED_BY))
                ),
            )
        if phase in FINISHED_BY and not closed:
            raise RowRejected(
                "closed_missing", _("The case is finished, but the time of closing is missing.")
            )
        if phase in OPEN_PHASES and closed:
            raise RowRejected("closed_open", _("The case is open, but has a time of closing."))
        return phase

    def _open_phase(self, row) -> str:
        return self._map.open_phase or ("assigned" if self._map.read("agency", row) else "new")

    def _values(self, row, received, area_at) -> dict:
        values = {key: self._map.read(key, row) for key in check.ALLOWED if key in self._map.sources}
        for target in ("field", "area"):
            values[target] = self._lookups.find(target, values.get(target, ""))
        if "occurred_at" in values:
            values["occurred_at"] = self.time("occurred_at", row)
        if not values["field"]:
            raise RowRejected("field_missing", _("The field is missing."))
        try:
            return check.historical(values, received, area_at)
        except InvalidSubmission as error:
            raise RowRejected(next(iter(error.errors)), " ".join(error.errors.values())) from error

    def _answer(self, row) -> dict:
        answer = {}
        for target in ANSWER:
            value = text.clean_typed(self._map.read(target, row))
            if len(value) > LONGEST[target]:
                raise RowRejected(
                    f"{target}_long",
                    _("{0} is too long: at most {1} characters, you wrote {2}.").format(
                        self._label(target), LONGEST[target], len(value)
                    ),
                )
            if value:
                answer[target] = value
        return answer

    def _choice(self, target: str, row, fallback: str) -> str:
        value = self._map.read(target, row) or fallback
        if value not in self._choices[target]:
            raise RowRejected(
                f"{target}_unknown",
                _("{0}: “{1}” is not one of the choices. Say in the map what it stands for.").format(
                    self._label(target), value[:60]
                ),
            )
        return value

    def _label(self, target: str) -> str:
        labels = {"received_at": _("Received At"), "due_on": _("Due On"), "closed_at": _("Closed On")}
        df = frappe.get_meta("Complaint").get_field(target)
        return labels.get(target) or (_(df.label) if df and df.label else target)
