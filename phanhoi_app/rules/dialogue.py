"""The guided conversation by which somebody complains in a chat: what, where, photo, phone, confirm.

A pure state machine. `hear` is given the state and what was sent, and says what is to be said and done; what only the
site knows (communes, own complaints) it asks of `knows`. Sentences are keys with values: the words are elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple, Protocol

from phanhoi_app.rules import emergencies, phone
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.text import clean_typed, search_key

STEPS = ("idle", "what", "where", "which", "photo", "phone", "confirm")
SHORTEST, LONGEST = 10, 5000  # characters of what happened
LONGEST_ADDRESS = 200
LEFT = timedelta(minutes=30)  # after which is said what we were at
EXPIRES = timedelta(days=3)  # after which a draft is forgotten
MOST_CHOICES = 9

CANCEL = {"huy", "huy bo", "thoi", "cancel"}
START = {"bat dau", "bat dau lai", "gui phan anh", "phan anh", "phan anh moi", "start"}
HELP = {"giup", "giup do", "tro giup", "huong dan", "help", "menu"}
TRACK = re.compile(r"(?:tra cuu|tracuu|tra ma)(?: (?:ma|pa))?(?: (.*))?")
SKIP = {"bo qua", "khong", "khong co", "khong biet", "khong ro", "khong co anh", "ko", "k", "0", "skip"}
DONE = {"xong", "het", "het roi", "du roi"} | SKIP
YES = {"gui", "gui di", "dong y", "dung", "co", "ok", "oke", "xac nhan", "yes", "1"}
CHANGE = {"sua", "sua lai", "doi"}


class Say(NamedTuple):
    """One sentence: its key in `intake/chat_words.py`, and the values in it."""

    key: str
    values: Mapping[str, str] = {}  # never changed


class Heard(NamedTuple):
    """What a person sent: text, (latitude, longitude), so many photos; `odd`: something else, such as a sticker."""

    text: str = ""
    location: tuple[float, float] | None = None
    photos: int = 0
    odd: bool = False


class State(NamedTuple):
    """How far a conversation is. `options`: ((code, name), …) offered to choose from by number."""

    step: str = "idle"
    content: str = ""
    location: tuple[float, float] | None = None
    area: str = ""
    area_name: str = ""
    address: str = ""
    options: tuple[tuple[str, str], ...] = ()
    photos: int = 0
    phone: str = ""
    changing: bool = False


class Outcome(NamedTuple):
    """The new state, what to say, and what to do: "file" the complaint, or "supply" the `text` that was asked for."""

    state: State
    say: list[Say]
    do: str = ""
    text: str = ""


class Knows(Protocol):
    """What the site knows. `takes_photos`: whether pictures can be sent by this channel; `phone`: the sender's."""

    takes_photos: bool
    most_photos: int
    phone: str

    def areas(self, text: str) -> list[tuple[str, str]]:
        """(code, name) of the communes that a text names or means."""

    def area_at(self, latitude: float, longitude: float) -> tuple[str, str] | None:
        """The commune that holds the place."""

    def waiting(self) -> str | None:
        """The number of the person's complaint that waits for an answer; None when there is none."""

    def status(self, code: str) -> list[Say]:
        """How it stands with the complaint of this code; of the person's own ones without a code."""


def hear(state: State, heard: Heard, gap: timedelta | None, knows: Knows) -> Outcome:
    """Go on by what was heard. `gap`: time since the last word of the person; None at the first."""
    before: list[Say] = []
    if state.step != "idle" and gap is not None and gap > EXPIRES:
        state, before = State(), [Say("expired")]
    text = clean_typed(heard.text)
    command = _command(state, text, knows)
    if command:
        return command._replace(say=before + command.say)
    if state.step != "idle" and gap is not None and gap > LEFT:
        before.append(Say("resumed", {"content": excerpt(state.content)} if state.content else {}))
    if called := emergencies.numbers(text):
        before.append(Say("emergency", {"numbers": ", ".join(called)}))
    outcome = _STEPS[state.step](_with_pictures(state, heard, knows), heard, text, knows)
    return outcome._replace(say=before + outcome.say)


def filed(number: str, code: str, due: str) -> list[Say]:
    """What is said of a complaint that was filed."""
    return [Say("filed", {"number": number, "code": code, "due": due})]


def excerpt(content: str, most: int = 60) -> str:
    """The beginning of what was told, cut between words."""
    line = " ".join(content.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"


def title(content: str, most: int = 120) -> str:
    """A title for what was told: its first sentence, cut between words."""
    line = " ".join(re.split(r"[\n.!?;](?:\s|$)", content.strip(), maxsplit=1)[0].split())
    return excerpt(line if len(line) >= 5 else content, most)


def dump(state: State) -> dict:
    """The state as JSON values, without what is empty."""
    return {name: value for name, value in state._asdict().items() if value}


def load(values: Mapping | None) -> State:
    """The state that `dump` gave; the first one when it cannot be read."""
    try:
        kept = {name: (values or {})[name] for name in State._fields if name in (values or {})}
        if kept.get("location"):
            kept["location"] = (float(kept["location"][0]), float(kept["location"][1]))
        kept["options"] = tuple((str(code), str(name)) for code, name in kept.get("options") or ())
        state = State(**kept)
    except (TypeError, ValueError, LookupError):
        return State()
    return state if state.step in STEPS else State()


# commands


def _command(state: State, text: str, knows: Knows) -> Outcome | None:
    key = search_key(text)
    if key in CANCEL:
        return Outcome(State(), [Say("cancelled" if state.step != "idle" else "nothing_to_cancel")])
    if key in START:
        return Outcome(State(step="what"), [Say("ask_what")])
    if key in HELP:
        return Outcome(state, [Say("help"), *_question(state)])
    if found := TRACK.fullmatch(key):
        return Outcome(state, knows.status(_after_words(text) if found[1] else ""))
    return None


def _after_words(text: str) -> str:
    """The code behind the command, as typed: the key of the text has lost its dashes."""
    words = text.split()
    while words and search_key(words[0]) in ("tra", "cuu", "tracuu", "ma", "tra cuu"):
        words.pop(0)
    return " ".join(words)


def _question(state: State) -> list[Say]:
    """The question that is open, once more."""
    if state.step == "idle":
        return []
    if state.step == "which":
        return [_choices(state.options)]
    if state.step == "confirm":
        return [_summary(state)]
    return [Say(f"ask_{state.step}")]


# steps


def _idle(state: State, heard: Heard, text: str, knows: Knows) -> Outcome:
    if text and (number := knows.waiting()):
        return Outcome(State(), [Say("supplied", {"number": number})], "supply", text)
    if _is_told(text):
        return _after_what(state._replace(content=text), knows)
    return Outcome(state._replace(step="what"), [Say("greeting"), Say("ask_what")])


def _what(state: State, heard: Heard, text: str, knows: Knows) -> Outcome:
    if len(text) > LONGEST:
        return Outcome(state, [Say("too_long", {"most": str(LONGEST)})])
    if len(text) >= SHORTEST:
        return _after_what(state._replace(content=text), knows)
    if text:
        return Outcome(state, [Say("too_short")])
    return Outcome(state, [*_noted(heard), Say("ask_what")])


def _after_what(state: State, knows: Knows) -> Outcome:
    if state.changing:
        return _to_confirm(state._replace(changing=False))
    if state.location:
        return _placed(state, knows)
    return Outcome(state._replace(step="where"), [Say("ask_where")])


def _where(state: State, heard: Heard, text: str, knows: Knows) -> Outcome:
    if heard.location:
        return _placed(state, knows)
    if search_key(text) in SKIP:
        return _to_photo(state, [], knows)
    if not text:
        return Outcome(state, [*_noted(heard), Say("ask_where")])
    found = knows.areas(text)
    if len(found) == 1:
        (code, name), *_none = found
        address = text[:LONGEST_ADDRESS] if search_key(text) != search_key(name) else state.address
        state = state._replace(area=code, area_name=name, address=address, options=())
        return _to_photo(state, [Say("area_is", {"area": name})], knows)
    if found:
        options = tuple(found[:MOST_CHOICES])
        address = state.address or (text[:LONGEST_ADDRESS] if len(text.split()) > 3 else "")
        said = [] if len(found) <= MOST_CHOICES else [Say("too_many_areas")]
        return Outcome(
            state._replace(step="which", options=options, address=address), [*said, _choices(options)]
        )
    return Outcome(state._replace(address=text[:LONGEST_ADDRESS]), [Say("no_such_area")])


def _which(state: State, heard: Heard, text: str, knows: Knows) -> Outcome:
    number = search_key(text)
    if number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= len(state.options):
        code, name = state.options[int(number[:3]) - 1]
        state = state._replace(area=code, area_name=name, options=())
        return _to_photo(state, [Say("area_is", {"area": name})], knows)
    if number.isdigit() and number not in SKIP:
        return Outcome(state, [Say("not_offered"), _choices(state.options)])
    return _where(state._replace(step="where"), heard, text, knows)


def _placed(state: State, knows: Knows) -> Outcome:
    found = knows.area_at(*state.location)
    if found:
        state = state._replace(area=found[0], area_name=found[1])
        return _to_photo(state, [Say("area_is", {"area": found[1]})], knows)
    return _to_photo(state, [Say("place_noted")], knows)


def _to_photo(state: State, said: list[Say], knows: Knows) -> Outcome:
    state = state._replace(options=())
    if not knows.takes_photos or state.photos >= knows.most_photos:
        return _to_phone(state, said, knows)
    return Outcome(state._replace(step="photo"), [*said, Say("ask_photo")])


def _photo(state: State, heard: Heard, text: str, knows: Knows) -> Outcome:
    if search_key(text) in DONE:
        return _to_phone(state, [], knows)
    if heard.photos:
        said = [Say("photo_noted", {"count": str(state.photos)})]
        if state.photos >= knows.most_photos:
            return _to_phone(state, said, knows)
        return Outcome(state, [*said, Say("more_photos")])
    return Outcome(state, [*_noted(heard), Say("ask_photo")])


def _to_phone(state: State, said: list[Say], knows: Knows) -> Outcome:
    if knows.phone:
        confirm = _to_confirm(state._replace(phone=knows.phone))
        return confirm._replace(say=said + confirm.say)
    return Outcome(state._replace(step="phone"), [*said, Say("ask_phone")])


def _phone(state: State, heard: Heard, text: str, knows: Knows) -> Outcome:
    if search_key(text) in SKIP:
        return _to_confirm(state._replace(phone=""))
    if not text:
        return Outcome(state, [*_noted(heard), Say("ask_phone")])
    try:
        return _to_confirm(state._replace(phone=phone.normalise(text)))
    except RuleError as error:
        return Outcome(state, [Say("bad_phone", {"why": error.template, **_texts(error.values)})])


def _to_confirm(state: State) -> Outcome:
    return Outcome(state._replace(step="confirm"), [_summary(state)])


def _confirm(state: State, heard: Heard, text: str, knows: Knows) -> Outcome:
    key = search_key(text)
    if key in YES:
        return Outcome(state, [], "file")
    if key in CHANGE:
        return Outcome(state._replace(step="what", changing=True), [Say("ask_what")])
    return Outcome(state, [*_noted(heard), _summary(state)])


_STEPS = {
    "idle": _idle,
    "what": _what,
    "where": _where,
    "which": _which,
    "photo": _photo,
    "phone": _phone,
    "confirm": _confirm,
}


def _with_pictures(state: State, heard: Heard, knows: Knows) -> State:
    """Photos and places count whenever they are sent."""
    if heard.photos:
        state = state._replace(photos=min(state.photos + heard.photos, knows.most_photos))
    if heard.location:
        state = state._replace(location=heard.location)
    return state


def _noted(heard: Heard) -> list[Say]:
    if heard.photos or heard.location:
        return [Say("noted")]
    return [Say("not_understood")] if heard.odd else []


def _is_told(text: str) -> bool:
    """Whether a first word already tells what happened, rather than to greet."""
    return SHORTEST * 2 <= len(text) <= LONGEST and len(text.split()) >= 4


def _choices(options) -> Say:
    lines = "\n".join(f"{number}. {name}" for number, (_code, name) in enumerate(options, 1))
    return Say("choose_area", {"choices": lines})


def _summary(state: State) -> Say:
    where = ", ".join(part for part in (state.address, state.area_name) if part)
    if not where and state.location:
        where = "{:.5f}, {:.5f}".format(*state.location)
    values = {"content": excerpt(state.content, 200), "where": where, "photos": str(state.photos)}
    return Say("confirm", values | {"phone": state.phone})


def _texts(values: Mapping) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
