"""A message of a person becomes the next step of the conversation, and in the end a complaint.

Runs in the queue, in one transaction with the mark on the event. Logic: `rules/dialogue.py`.
"""

from contextlib import contextmanager

import frappe
from frappe.utils import cint, format_datetime, get_url, now_datetime

from phanhoi_app.channels import adapters, client
from phanhoi_app.channels.base import InboundEvent, Refused, TryLater
from phanhoi_app.custody import citizen
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.intake import areas, chat_store, chat_words, guests, photos, receive
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.rules import area_names, codes, dialogue, phone
from phanhoi_app.rules.dialogue import Heard, Say
from phanhoi_app.rules.errors import RuleError

PHONE_CHANNELS = ("SMS", "WhatsApp")
MOST_SHOWN = 3  # own complaints told of at once
forget_left = chat_store.forget_left


def hear(account, event: InboundEvent, last_try: bool = False) -> str | None:
    """Take one event; the reply, "" for none, None when it does not concern us.

    Writes in the caller's transaction. Raises TryLater when a photo cannot be fetched yet, unless it is the `last_try`.
    """
    if not cint(account.conversations):
        return None
    if event.kind == "comment":
        return _written(account, [*_danger(event.text), Say("comment")])
    if event.kind == "follow":
        return _written(account, [Say("greeting"), Say("ask_what")])
    if event.kind != "message":
        return None
    # Before any row is locked: a provider may be slow.
    sent, bad = _fetched(account, event, last_try)
    with _as_guest():
        return _written(account, [*bad, *_go_on(account, event, sent)])


def _go_on(account, event: InboundEvent, sent: list[bytes]) -> list[Say]:
    row = chat_store.locked(account.name, event.sender)
    before, known = chat_store.state(row), Known(account, event.sender)
    odd = not (event.text or sent or event.location)
    heard = Heard(event.text, event.location, len(sent), odd)
    gap = event.at - row.heard_on if row.heard_on else None
    outcome = dialogue.hear(before, heard, gap, known)
    if outcome.state.photos < before.photos:
        chat_store.drop_photos(row.name)
    room = outcome.state.photos - min(before.photos, outcome.state.photos)
    chat_store.add_photos(row.name, sent[:room] if before.photos <= outcome.state.photos else sent)
    says, state = list(outcome.say), outcome.state
    if outcome.do == "file":
        more, state = _file(account, event, row.name, state)
        says += more
    elif outcome.do == "supply":
        says = _supply(known.waiting(), outcome.text, says)
    chat_store.keep(row, state, min(event.at, now_datetime()))
    return says


def _file(account, event: InboundEvent, conversation: str, state: dialogue.State):
    """(what to say, the state afterwards): the complaint filed, or why it is not."""
    values = {
        "title": dialogue.title(state.content),
        "content": state.content,
        "field": account.conversation_field,
        "area": state.area,
        "address": state.address,
        "citizen_phone": state.phone,
    }
    if state.location:
        values |= {"latitude": state.location[0], "longitude": state.location[1]}
    who = f"{account.name}:{event.sender}"
    frappe.db.savepoint("filing")
    try:
        complaint = receive.receive(
            values,
            channel=account.channel,
            photos=chat_store.photos(conversation),
            idempotency_key=f"{who}:{event.id}",
            chat=(account.name, event.sender),
            admit=lambda clean: _within_limits(who, clean),
        )
    except InvalidSubmission as error:
        frappe.db.rollback(save_point="filing")
        frappe.clear_messages()
        return [Say("not_filed", {"why": " ".join(error.errors.values())})], state
    chat_store.drop_photos(conversation)
    due = format_datetime(complaint.due_on, "HH:mm dd/MM/yyyy") if complaint.due_on else ""
    return dialogue.filed(complaint.name, codes.grouped(complaint.tracking_code), due), dialogue.State()


def _within_limits(who: str, clean: dict) -> None:
    if refusal := guests.submission_refused(f"chat:{who}", clean["citizen_phone"] or None):
        raise InvalidSubmission({"": refusal})


def _supply(number: str | None, text: str, says: list[Say]) -> list[Say]:
    frappe.db.savepoint("supplying")
    try:
        citizen.supply(number, text)
    except (Conflict, MissingInput, NotAllowed) as error:
        frappe.db.rollback(save_point="supplying")
        frappe.clear_messages()
        return [Say("not_supplied", {"why": str(error)})]
    return says


def _fetched(account, event: InboundEvent, last_try: bool) -> tuple[list[bytes], list[Say]]:
    """The photos of the event, made anew, and what to say of those that are none."""
    wanted = [each for each in event.attachments if each.kind == "image"]
    settings = frappe.get_cached_doc("Phanhoi Settings")
    hosts = client.photo_hosts(account, adapters.of(account).photo_hosts)
    good, bad = [], []
    for number, each in enumerate(wanted[: settings.max_photos or 5], 1):
        try:
            content = client.fetch(each.url, hosts, (settings.max_photo_mb or 10) * 1024 * 1024)
            good.append(photos.clean(photos.Upload(f"{number}.jpg", content)))
        except photos.BadPhoto as error:
            bad.append(Say("bad_photo", {"why": str(error)}))
        except (Refused, TryLater) as error:
            if isinstance(error, TryLater) and not last_try:
                raise
            why = frappe._("A photo could not be fetched. Please send it once more.")
            bad.append(Say("bad_photo", {"why": why}))
    return good, bad


class Known:
    """What the site knows, for `rules/dialogue.py`."""

    def __init__(self, account, sender: str):
        self.account, self.sender = account, sender
        self.takes_photos = account.channel != "SMS"
        self.most_photos = frappe.get_cached_doc("Phanhoi Settings").max_photos or 5
        self.phone = _phone(sender) if account.channel in PHONE_CHANNELS else ""

    def areas(self, text: str) -> list[tuple[str, str]]:
        return area_names.named(text, areas.standing_today())

    def area_at(self, latitude: float, longitude: float) -> tuple[str, str] | None:
        code = areas.area_of(latitude, longitude)
        return (code, frappe.get_cached_value("Area", code, "area_name")) if code else None

    def waiting(self) -> str | None:
        found = self._own("and c.phase = 'waiting'")
        return found[0].name if found else None

    def status(self, code: str) -> list[Say]:
        own = self._own("")
        if not code:
            return [self._told(each) for each in own[:MOST_SHOWN]] or [Say("no_complaints")]
        if same := [each for each in own if each.name.casefold() == code.strip().casefold()]:
            return [self._told(same[0])]
        caller = f"chat:{self.account.name}:{self.sender}"
        if not guests.guesses_left(caller):
            return [Say("too_many_guesses")]
        found = frappe.db.sql(
            """select c.name, c.phase, c.due_on, i.tracking_code from `tabComplainant` i
            join `tabComplaint` c on c.name = i.name where i.tracking_code = %s""",
            codes.normalise_code(code) or "-",
            as_dict=True,
        )
        if not found:
            guests.count_wrong_guess(caller)
            return [Say("unknown_code")]
        return [self._told(found[0])]

    def _own(self, condition: str) -> list:
        return frappe.db.sql(
            f"""select c.name, c.phase, c.due_on, i.tracking_code from `tabComplainant` i
            join `tabComplaint` c on c.name = i.name
            where i.chat_id = %s and i.chat_account = %s {condition} order by c.creation desc limit 20""",  # noqa: S608
            (self.sender, self.account.name),
            as_dict=True,
        )

    def _told(self, row) -> Say:
        open_ = row.phase not in ("answered", "closed", "refused", "redirected", "merged")
        due = format_datetime(row.due_on, "HH:mm dd/MM/yyyy") if row.due_on and open_ else ""
        link = get_url(f"/tra-cuu/{codes.grouped(row.tracking_code)}")
        return Say("status", {"number": row.name, "phase": row.phase, "due": due, "link": link})


def _phone(sender: str) -> str:
    try:
        return phone.normalise(sender.removeprefix("whatsapp:"))
    except RuleError:
        return ""


def _danger(text: str) -> list[Say]:
    from phanhoi_app.rules import emergencies

    called = emergencies.numbers(text)
    return [Say("emergency", {"numbers": ", ".join(called)})] if called else []


def _written(account, says: list[Say]) -> str:
    return chat_words.written(says, account.channel)


@contextmanager
def _as_guest():
    """As on the portal: people without an account act here, not the user whose worker it is."""
    user = frappe.session.user
    frappe.set_user("Guest")
    try:
        yield
    finally:
        frappe.set_user(user)
