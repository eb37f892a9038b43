"""Retells one demo story: the complaint comes in and goes its way through the app's own doors, at its own times."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import frappe
from frappe.utils import now_datetime

from phanhoi_app.access.files import ANSWER_FILES
from phanhoi_app.custody import citizen, perform, publication
from phanhoi_app.demo import files, province
from phanhoi_app.history.now import as_of, now
from phanhoi_app.intake import photos
from phanhoi_app.intake.receive import receive

KINDS = {
    "report": "Feedback",
    "proposal": "Proposal",
    "legal_complaint": "Legal complaint",
    "denunciation": "Denunciation",
}
CHANNELS = {
    "web": "Web",
    "app": "Mobile app",
    "phone": "Phone",
    "counter": "Counter",
    "letter": "Paper",
    "email": "E-mail",
    "zalo": "Zalo",
    "facebook": "Facebook",
}
TAKEN_DOWN = frozenset({"phone", "counter", "letter", "email"})  # a coordinator writes it down
SEVERITIES = {"normal": "Normal", "urgent": "Urgent", "complex": "Complex"}
IDENTITIES = {
    "public": "Public",
    "hidden_from_public": "Hidden from the public",
    "hidden_from_agency": "Hidden from the handling agency",
}

Photos = Callable[[list[dict]], list[photos.Upload]]


def reference(key: str) -> str:
    """The external reference of a demo complaint: it tells it from a real one, and a second loading."""
    return hashlib.sha256(_idempotency_key(key).encode()).hexdigest()[:32]


def _idempotency_key(key: str) -> str:
    return f"phanhoi-demo:{key}"


class Cast:
    """Who acts: the demo's people, by duty and agency."""

    def __init__(self) -> None:
        people = files.people()
        self._by_day, self._by_night = [p["email"] for p in people if p["role"] == "coordinator"]
        self._staff = {(p["agency"], p["role"]): p for p in people if p["role"] in ("officer", "leader")}
        self._citizens = {p["email"] for p in people if p["role"] == "citizen"}

    def coordinator(self, moment: datetime) -> str:
        """Whoever is on duty: one by day, the other by night."""
        return self._by_day if 6 <= moment.hour < 18 else self._by_night

    def of(self, agency: str, role: str) -> dict:
        """The officer or leader of the agency. Raises KeyError when the demo has none."""
        return self._staff[agency, role]

    def citizen(self, email: str | None) -> str:
        """The citizen's account, if there is one."""
        return email if email in self._citizens else "Guest"


class Teller:
    """Retells stories. `photos` turns [{motif, seed}] into uploads (an empty list leaves the pictures out)."""

    def __init__(self, photos: Photos) -> None:
        self._photos = photos
        self._cast = Cast()
        self._questions = {
            entry["code"]: {question["code"]: question for question in entry["questions"]}
            for entry in files.fields()
        }

    def tell(self, entry: dict, received: datetime, moments: list[datetime]) -> str:
        """Load one entry of complaints.json; returns the complaint's number. The caller commits."""
        before, self._began = frappe.session.user, now_datetime()
        try:
            with as_of(received):
                name = self._receive(entry)
                self._date_photos(name)
            for step, moment in zip(entry["story"]["steps"], moments, strict=True):
                with as_of(moment):
                    getattr(self, f"_{step['verb']}")(entry, name, step, moment)
        finally:
            frappe.set_user(before)
        # The list says "changed 3 days ago": no history, and nothing else has to remember that this was loaded today.
        dates = {"creation": received, "modified": (moments or [received])[-1]}
        frappe.db.set_value("Complaint", name, dates, update_modified=False)
        return name

    def _receive(self, entry: dict) -> str:
        sender = entry["citizen"]
        values = {
            "title": entry["title"],
            "content": entry["content"],
            "kind": KINDS[entry["kind"]],
            "field": entry["field"],
            "area": entry["area"],
            "address": entry["address"],
            "latitude": entry["latitude"],
            "longitude": entry["longitude"],
            "citizen_name": sender["name"],
            "citizen_phone": sender["phone"],
            "citizen_email": sender["email"],
            "identity_wish": IDENTITIES[sender["identity"]],
        }
        channel = CHANNELS[entry["channel"]]
        if not (sender["name"] and (sender["phone"] or sender["email"])):
            return self._write_down(entry, values, channel)
        questions = self._questions[entry["field"]]
        taken_down = entry["channel"] in TAKEN_DOWN
        frappe.set_user(self._cast.coordinator(now()) if taken_down else self._cast.citizen(sender["email"]))
        return receive(
            values,
            channel=channel,
            answers={
                code: province.stored(questions[code], value) for code, value in entry["answers"].items()
            },
            photos=self._photos(entry["photos"]),
            idempotency_key=_idempotency_key(entry["key"]),
        ).name

    def _write_down(self, entry: dict, values: dict, channel: str) -> str:
        """Nobody knows who it is: the citizens' own door refuses that, so the desk copies it into its form."""
        frappe.set_user(self._cast.coordinator(now()))
        complaint = frappe.new_doc("Complaint")
        complaint.update(values)
        complaint.channel = channel
        complaint.external_reference = reference(entry["key"])
        return complaint.insert().name

    def _date_photos(self, name: str) -> None:
        """Give the photos just attached, and the form's notes of it, the retold moment too."""
        for table, column in (("File", "attached_to_name"), ("Comment", "reference_name")):
            frappe.db.sql(
                f"update `tab{table}` set creation = %(now)s, modified = %(now)s "  # noqa: S608 - our own names
                f"where {column} = %(name)s and creation >= %(began)s",
                {"now": now(), "name": name, "began": self._began},
            )

    # The verbs: who does it, and what they say.

    def _as_coordinator(self, name, verb: str, **inputs) -> None:
        self._be_in_charge(name)
        perform.perform_verb(name, verb, inputs)

    def _be_in_charge(self, name: str) -> None:
        """The coordinator on duty; of what is sealed, the leader of the agency that holds it."""
        if self._is_sealed(name):
            frappe.set_user(self._of_agency(name, "leader")["email"])
        else:
            frappe.set_user(self._cast.coordinator(now()))

    def _as_staff(self, name, role: str, verb: str, **inputs) -> None:
        frappe.set_user(self._of_agency(name, role)["email"])
        perform.perform_verb(name, verb, inputs)

    def _of_agency(self, name: str, role: str) -> dict:
        return self._cast.of(frappe.db.get_value("Complaint", name, "agency"), role)

    def _accept(self, entry, name, step, moment):
        self._as_coordinator(name, "accept")

    def _correct(self, entry, name, step, moment):
        """The desk corrects how pressing it is, in the form: the deadline follows."""
        frappe.set_user(self._cast.coordinator(now()))
        complaint = frappe.get_doc("Complaint", name)
        complaint.severity = SEVERITIES[step["severity"]]
        complaint.save()

    def _ask(self, entry, name, step, moment):
        if frappe.db.get_value("Complaint", name, "officer"):
            self._as_staff(name, "officer", "ask", question=step["text"])
        else:
            self._as_coordinator(name, "ask", question=step["text"])

    def _refuse(self, entry, name, step, moment):
        self._as_coordinator(name, "refuse", refusal_reason=step["reason"], note=step["text"])

    def _redirect(self, entry, name, step, moment):
        self._as_coordinator(name, "redirect", refusal_reason=step["reason"], note=step["text"])

    def _assign(self, entry, name, step, moment):
        self._as_coordinator(name, "assign", agency=step["agency"])

    def _is_sealed(self, name: str) -> bool:
        """Sealed complaints have gone past the coordinating desk to their agency."""
        return bool(frappe.db.get_value("Complaint", name, "sealed"))

    def _take(self, entry, name, step, moment):
        self._as_staff(name, "officer", "take")

    def _submit(self, entry, name, step, moment):
        self._write_answer(name, "submit", step, moment)

    def _answer(self, entry, name, step, moment):
        self._write_answer(name, "answer", step, moment)

    def _write_answer(self, name, verb, step, moment):
        self._as_staff(
            name,
            "officer",
            verb,
            answer_text=step["text"],
            answer_document_number=step.get("document_number"),
            answer_date=moment.date(),
            answer_signer=self._of_agency(name, "leader")["full_name"],
        )
        photos.attach(name, photos.check(self._photos(step.get("photos", []))), ANSWER_FILES)
        self._date_photos(name)

    def _send_back(self, entry, name, step, moment):
        self._as_staff(name, "leader", "send_back", reason=step["reason"])

    def _approve(self, entry, name, step, moment):
        self._as_staff(name, "leader", "approve")

    def _publish(self, entry, name, step, moment):
        frappe.set_user(self._cast.coordinator(now()))
        proposed = publication.proposal(frappe.get_doc("Complaint", name))
        texts = proposed | {"public_title": step["title"]}
        if step.get("text"):
            texts["public_content"] = step["text"]
        publication.publish(name, **texts)

    def _withhold(self, entry, name, step, moment):
        self._be_in_charge(name)
        publication.withhold(name, step["reason"])

    def _close(self, entry, name, step, moment):
        self._as_coordinator(name, "close")

    def _as_citizen(self, entry) -> None:
        frappe.set_user(self._cast.citizen(entry["citizen"]["email"]))

    def _supply(self, entry, name, step, moment):
        self._as_citizen(entry)
        citizen.supply(name, step["text"])

    def _rate(self, entry, name, step, moment):
        self._as_citizen(entry)
        citizen.rate(name, step["level"], step.get("comment", ""))

    def _reopen(self, entry, name, step, moment):
        self._as_citizen(entry)
        citizen.reopen(name, step["reason"])
