"""The sentences of the conversation, by the keys of `rules/dialogue.py`."""

from collections.abc import Callable, Iterable

import frappe
from frappe import _

from phanhoi_app.rules import sms
from phanhoi_app.rules.dialogue import Say

LONGEST = 1900  # characters of one reply: Facebook takes 2,000


def written(says: Iterable[Say], channel: str) -> str:
    """The reply as one text; by SMS without marks, which is shorter by half."""
    text = "\n\n".join(filter(None, (sentence(each) for each in says)))[:LONGEST]
    return sms.without_marks(text) if channel == "SMS" else text


def sentence(said: Say) -> str:
    """One sentence in the session's language."""
    return WORDS[said.key](said.values)


def phase(code: str) -> str:
    """Where a complaint stands, in a word or two, as on the citizen's page."""
    words = {
        "new": _("Complaint sent"),
        "screening": _("Received by us"),
        "waiting": _("We need more from you"),
        "assigned": _("With the agency"),
        "processing": _("Being handled"),
        "approval": _("Answer being approved"),
        "answered": _("Answered"),
        "closed": _("Case finished"),
        "refused": _("Not accepted"),
        "redirected": _("Belongs elsewhere"),
        "merged": _("Joined with another"),
    }
    return words.get(code) or words["new"]


def _portal() -> str:
    return frappe.get_cached_doc("Phanhoi Settings").portal_title or "Phản hồi"


def _confirm(values) -> str:
    lines = [_("Please check:"), _("What: {0}").format(values["content"])]
    lines.append(_("Where: {0}").format(values["where"] or "–"))
    if values["photos"] != "0":
        lines.append(_("Photos: {0}").format(values["photos"]))
    lines.append(_("Phone: {0}").format(values["phone"] or "–"))
    lines.append(_("Reply GỬI to send it, SỬA to write it again, HỦY to give it up."))
    return "\n".join(lines)


def _filed(values) -> str:
    text = _("Received. Number {0}. Tracking code {1}.").format(values["number"], values["code"])
    if values["due"]:
        text += " " + _("Answer before {0}.").format(values["due"])
    return text + " " + _("To ask how it stands, write TRA CỨU and the code.")


def _status(values) -> str:
    text = _("{0}: {1}.").format(values["number"], phase(values["phase"]))
    if values.get("due"):
        text += " " + _("Answer before {0}.").format(values["due"])
    return text + (f"\n{values['link']}" if values.get("link") else "")


def _resumed(values) -> str:
    if values.get("content"):
        return _("We go on with “{0}”. To begin anew, write BẮT ĐẦU.").format(values["content"])
    return _("We go on where you left. To begin anew, write BẮT ĐẦU.")


WORDS: dict[str, Callable] = {
    "greeting": lambda v: _(
        "This is {0}: here you send complaints and proposals to the province. For help write GIÚP."
    ).format(_portal()),
    "help": lambda v: _(
        "BẮT ĐẦU: a new complaint. TRA CỨU and the code: how it stands. HỦY: give up what was begun. GIÚP: this text."
    ),
    "emergency": lambda v: _(
        "If somebody is in danger, call {0} at once! We do not read this in time."
    ).format(v["numbers"]),
    "ask_what": lambda v: _("What happened? Write it in one message."),
    "too_short": lambda v: _("Please write a little more, so that we understand what to do."),
    "too_long": lambda v: _("That is too long: please write at most {0} characters.").format(v["most"]),
    "ask_where": lambda v: _(
        "Where is it? Send your location, or write street and commune or ward. If you do not know: BỎ QUA."
    ),
    "area_is": lambda v: _("Place: {0}.").format(v["area"]),
    "place_noted": lambda v: _("The place on the map is noted."),
    "no_such_area": lambda v: _(
        "I have noted this as the address. Which commune or ward is it? Write its name, or BỎ QUA."
    ),
    "too_many_areas": lambda v: _(
        "There are more of this name: write it in full if yours is not in the list."
    ),
    "choose_area": lambda v: _("Which one? Reply with its number:") + "\n" + v["choices"],
    "not_offered": lambda v: _("This number is not in the list."),
    "ask_photo": lambda v: _(
        "Do you have photos? Send them now. When you are done, or have none, write XONG."
    ),
    "photo_noted": lambda v: _("Photos received: {0}.").format(v["count"]),
    "more_photos": lambda v: _("Send more, or write XONG."),
    "ask_phone": lambda v: _(
        "At which number can we call you? If you do not want to give one, write KHÔNG: the answer comes here."
    ),
    "bad_phone": lambda v: (
        _(v["why"]).format(**{k: x for k, x in v.items() if k != "why"}) + " " + _("Or write KHÔNG.")
    ),
    "confirm": _confirm,
    "filed": _filed,
    "not_filed": lambda v: _("It could not be sent: {0}").format(v["why"]),
    "cancelled": lambda v: _("Given up: nothing was sent. To begin again, write BẮT ĐẦU."),
    "nothing_to_cancel": lambda v: _("There is nothing to give up. To send a complaint, write BẮT ĐẦU."),
    "expired": lambda v: _("What was begun days ago is not kept any more. Let us begin anew."),
    "resumed": _resumed,
    "noted": lambda v: _("Noted."),
    "not_understood": lambda v: _("I read only text, photos and locations."),
    "bad_photo": lambda v: v["why"],
    "supplied": lambda v: _(
        "Thank you: your answer on {0} was passed on. To send something else, write BẮT ĐẦU."
    ).format(v["number"]),
    "not_supplied": lambda v: v["why"],
    "status": _status,
    "no_complaints": lambda v: _(
        "You have sent no complaint from here. With a code write: TRA CỨU and the code."
    ),
    "unknown_code": lambda v: _(
        "There is no complaint with this code. Please check it and write it once more."
    ),
    "too_many_guesses": lambda v: _("Too many wrong codes were tried. Please try again in an hour."),
    "comment": lambda v: _(
        "Thank you for your comment. Comments can be read by everybody, so please tell us here in private: what "
        "happened, and where. Write BẮT ĐẦU."
    ),
}
