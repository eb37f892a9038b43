"""The life of one made-up complaint: its row as it stands today, and every row that the app would have left behind.

The events are built and chained by the app's own `history.record`, the end of the chain stands on the complaint, and
each part in `Custody` ends at the event by which it ended.
"""

import hashlib
import random
from datetime import datetime, timedelta

import frappe

from benchmarks.million import texts, units
from phanhoi_app.access import identity
from phanhoi_app.custody import parties, phases
from phanhoi_app.history import record
from phanhoi_app.rules import codes, masks, sms

CHANNELS = ["Web"] * 9 + ["Mobile app"] * 5 + ["Phone"] * 4 + ["Counter", "Zalo"]
RECENT = timedelta(days=40)
# What becomes of a case in the end, and where a recent one stands.
ENDS = ["closed"] * 86 + ["answered"] * 6 + ["refused"] * 4 + ["redirected"] * 4
NOW = ["new"] * 8 + ["screening"] * 6 + ["waiting"] * 5 + ["assigned"] * 18 + ["processing"] * 30
NOW += ["approval"] * 5 + ["answered"] * 15 + ["closed"] * 13
AT_THE_DESK = ("new", "screening")
DOCTYPES = ("Complaint", "Complainant", "Custody", "Complaint Event", "Message", "Letter")


class Teller:
    """Tells complaints; what they have in common is looked up once. `until`: the moment that is today."""

    def __init__(self, pool: dict[str, list[texts.Text]], until: datetime):
        self.pool, self.until = pool, until
        self.states = {phase: phases.state_for(phase) for phase in phases.ALL}
        self.agencies, self.weights, self.fields = units.shares()
        self.fields_of = dict(zip(self.agencies, self.fields, strict=True))
        self.accused = [agency for agency in self.agencies if not agency.startswith("M-U")]

    def tell(self, chance: random.Random, name: str, received_at: datetime) -> dict[str, list[dict]]:
        """{DocType: rows} of one complaint, all columns of a DocType always the same."""
        return _Story(self, chance, name, received_at).rows()


class _Story:
    def __init__(self, teller: Teller, chance: random.Random, name: str, received_at: datetime):
        self.teller, self.chance, self.name, self.at = teller, chance, name, received_at
        self.received_at = received_at
        self.sealed = chance.random() < 0.02
        self.custody: list[dict] = []
        self.events: list[dict] = []
        self.messages: list[tuple[str, datetime]] = []
        self.phase = self._phase()
        if self.sealed:
            self.handler, self.field = units.INSPECTORATE, texts.SEALED
        else:
            self.handler = chance.choices(teller.agencies, teller.weights)[0]
            self.field = chance.choice(teller.fields_of[self.handler])
        self.moved = not self.sealed and chance.random() < 0.25
        self.state: dict = {}

    def rows(self) -> dict[str, list[dict]]:
        self._live()
        who, told = self._complainant(), self._told()
        complaint = self._complaint(who)
        return {
            "Complaint": [complaint],
            "Complainant": [who],
            "Custody": self.custody,
            "Complaint Event": self.events,
            "Message": [message for message, _letter in told],
            "Letter": [letter for _message, letter in told],
        }

    def _phase(self) -> str:
        recent = self.teller.until - self.received_at < RECENT
        found = self.chance.choice(NOW if recent else ENDS)
        return "assigned" if self.sealed and found in AT_THE_DESK else found

    def _live(self) -> None:
        chance, at_the_desk = self.chance, self.phase in AT_THE_DESK
        first = units.DUTY if self.moved or at_the_desk else self.handler
        due = (self.received_at + timedelta(days=15)).replace(hour=17, minute=0, second=0)
        begin = "new" if first == units.DUTY else "assigned"
        self.state = {
            "phase": begin,
            "workflow_state": self.teller.states[begin],
            "agency": first,
            "field": self.field,
            "kind": "Feedback",
            "severity": chance.choice(("Normal",) * 8 + ("Urgent", "Complex")),
            "area": units.area(self.handler, chance.randrange(1000)),
            "sealed": int(self.sealed),
            "accused_agency": chance.choice(self.teller.accused) if self.sealed else None,
            "due_on": due,
            "clock_state": "Running",
            "publication": "Undecided",
        }
        self._event("received", record.CITIZEN, record.received_changes(self.state))
        self._hold(first)
        if self.phase == "screening":
            self._go("accept", "Phanhoi Coordinator", "screening")
        if at_the_desk:
            return
        if self.moved:
            self._go("assign", "Phanhoi Coordinator", "assigned", agency=self.handler)
            self.custody[-1].update(until=self.at, modified=self.at, until_sequence=len(self.events))
            self._hold(self.handler)
        if self.phase in ("refused", "redirected"):
            verb, reason = (
                ("refuse", "unclear") if self.phase == "refused" else ("redirect", "outside_province")
            )
            self._go(verb, "Phanhoi Leader", self.phase, clock_state="Stopped", refusal_reason=reason)
            return
        if self.phase != "assigned":
            self._handle()

    def _handle(self) -> None:
        chance = self.chance
        self._go("take", "Phanhoi Officer", "processing", officer=units.officer(self.handler))
        if chance.random() < 0.02:
            self._hold(chance.choice(self.teller.agencies), parties.CONTRIBUTOR)
        if self.phase == "waiting":
            self._go("ask", "Phanhoi Officer", "waiting", clock_state="Paused")
        if self.phase in ("approval", *phases.ANSWERED):
            self._go("submit", "Phanhoi Officer", "approval", answer_text=chance.choice(texts.ANSWERS))
        if self.phase in phases.ANSWERED:
            self._go("approve", "Phanhoi Leader", "answered", clock_state="Stopped")
            self.state["answered_on"] = self.at
            self.messages.append(("answered", self.at))
        if self.phase == "closed":
            self._go("close", "Phanhoi Coordinator", "closed")
            self.state["closed_on"] = self.at
            if not self.sealed and chance.random() < 0.4:
                self._go("publish", "Phanhoi Coordinator", "closed", publication="Published")
                self.state["published_on"] = self.at

    def _go(self, verb: str, role: str, phase: str, **values) -> None:
        before = dict(self.state)
        self.state.update(values, phase=phase, workflow_state=self.teller.states[phase])
        left = (self.teller.until - self.at) / 3
        self.at = (self.at + min(timedelta(hours=self.chance.uniform(1, 60)), left)).replace(microsecond=0)
        self._event(verb, role, record.difference(before, self.state))

    def _event(self, kind: str, role: str, changes: dict) -> None:
        who = {record.CITIZEN: "Guest", "Phanhoi Coordinator": units.COORDINATOR}
        frappe.session.user = who.get(role) or units.officer(self.handler)
        previous = self.events[-1]["hash"] if self.events else ""
        event = record.Event(kind, actor_role=role, at=self.at)
        self.events.append(record.build(self.name, event, changes, len(self.events) + 1, previous))

    def _hold(self, agency: str, part: str = parties.HOLDER) -> None:
        row = parties.row(self.name, agency, part, self.at)
        self.custody.append(row | {"name": f"{self.chance.getrandbits(56):014x}", "until": None})

    def _complainant(self) -> dict:
        chance = self.chance
        self.text = chance.choice(self.teller.pool[self.field])
        self.address, self.address_key = texts.street(chance)
        kept = dict.fromkeys(identity.KEPT) | {
            "citizen_name": texts.person(chance),
            "citizen_phone": f"09{chance.randrange(600_000):06d}77",
            "tracking_code": codes.tracking_code(chance.randbytes),
            "typed_content": self.text.typed_content,
        }
        return self._standard(self.received_at, "Administrator") | kept

    def _complaint(self, who: dict) -> dict:
        state, chance = self.state, self.chance
        return {
            **self._standard(self.received_at, "Guest"),
            "modified": self.at,
            **dict.fromkeys(
                ("officer", "refusal_reason", "answer_text", "answered_on", "closed_on", "published_on")
            ),
            **state,
            "title": self.text.title,
            "content": self.text.content,
            "question_answers": "[]",
            "address": self.address,
            "latitude": round(chance.uniform(19.3, 20.6), 6),
            "longitude": round(chance.uniform(104.4, 106.0), 6),
            "search_text": f"{self.text.search} {self.address_key}",
            "identity_wish": "Hidden from the public",
            "citizen_masked": masks.mask_identity(who["citizen_name"], who["citizen_phone"], None),
            "channel": chance.choice(CHANNELS),
            "received_at": self.received_at,
            "paused_on": self.at if state["clock_state"] == "Paused" else None,
            **record.anchor(self.events[-1]),
        }

    def _told(self) -> list[tuple[dict, dict]]:
        """Messages of one case in three: that it was received, and the answer."""
        if self.chance.random() > 0.33:
            return []
        return [self._message(event, at) for event, at in [("received", self.received_at), *self.messages]]

    def _message(self, event: str, at: datetime) -> tuple[dict, dict]:
        key = f"{self.name}:{event}:{at}:SMS:citizen"
        text = f"{self.name}: co quan nha nuoc da {event}. Xin cam on ong/ba."
        row = {**self._standard(at, "Guest"), "name": hashlib.sha256(key.encode()).hexdigest()[:20]}
        message = row | {
            "complaint": self.name,
            "event": event,
            "audience": "Citizen",
            "channel": "SMS",
            "recipient": "09** *** *77",
            "status": "Delivered",
            "text": text,
            "segments": sms.segments(text),
            "attempts": 1,
            "next_attempt_on": at,
            "sent_on": at,
            "dedupe_key": key,
        }
        return message, row | {"recipient": "0900000077", "text": text}

    def _standard(self, at: datetime, owner: str) -> dict:
        return {
            "name": self.name,
            "owner": owner,
            "modified_by": owner,
            "creation": at,
            "modified": at,
            "docstatus": 0,
            "idx": 0,
        }
