"""What sort of mail it is: one that a person wrote, one that a machine sent by itself, or one that came back to us."""

from __future__ import annotations

import re
from typing import NamedTuple

from phanhoi_app.rules.mail.reading import Mail
from phanhoi_app.rules.mail.token import untagged

# Why a mail is not taken as a person's; words for each are in intake/.
LOOP, AUTO_SUBMITTED, BULK, AUTO_REPLY, NO_RETURN, DAEMON = (
    "loop", "auto_submitted", "bulk", "auto_reply", "no_return_path", "daemon",
)  # fmt: skip
MARK = "x-phanhoi-site"  # a header of what we send

_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "bounce", "bounces", "no-reply", "noreply",
            "do-not-reply", "donotreply")  # fmt: skip
_AUTO_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-mail-autoreply")
_AUTO_SUBJECT = re.compile(
    r"^\s*(?:automatic reply|auto(?:matic)?[- ]?response|auto[- ]?reply|out of (?:the )?office|trả lời tự động"
    r"|thư trả lời tự động|tự động trả lời|vắng mặt)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(r"^Status:\s*([245])\.(\d{1,3})\.(\d{1,3})", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(r"^Action:\s*([a-z-]+)", re.IGNORECASE | re.MULTILINE)
_DIAGNOSTIC = re.compile(r"^Diagnostic-Code:\s*(.+(?:\n[ \t].+)*)", re.IGNORECASE | re.MULTILINE)
_IN_WORDS = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|returned mail|mail delivery failed|failure notice"
    r"|không gửi được|không chuyển được|không thể gửi",
    re.IGNORECASE,
)


class Bounce(NamedTuple):
    """A report on a mail of ours: whether it will never arrive, and what the other server says."""

    final: bool
    reason: str


def automatic(mail: Mail, own: tuple[str, ...]) -> str:
    """Why this mail is a machine's (a code above); empty for a person's. `own` are the addresses of this office."""
    if untagged(mail.sender) in {untagged(each) for each in own} or mail.header(MARK):
        return LOOP
    submitted = mail.header("auto-submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return AUTO_SUBMITTED
    if any(mail.header(name) for name in _AUTO_HEADERS) or _AUTO_SUBJECT.match(mail.subject):
        return AUTO_REPLY
    precedence = mail.header("precedence").strip().lower()
    if precedence in ("auto_reply", "auto-reply"):
        return AUTO_REPLY
    if precedence in ("bulk", "junk", "list") or mail.header("list-id") or mail.header("list-unsubscribe"):
        return BULK
    if "return-path" in mail.headers and mail.header("return-path").strip() in ("<>", ""):
        return NO_RETURN
    if mail.sender.partition("@")[0].partition("+")[0] in _DAEMONS:
        return DAEMON
    return ""


def bounce(mail: Mail) -> Bounce | None:
    """What a delivery report says; None for any other mail."""
    told = "\n".join(mail.reports)
    action = _ACTION.search(told)
    status = _STATUS.search(told)
    if action or status:
        word = action[1].lower() if action else ""
        if word in ("delivered", "relayed", "expanded"):
            return None
        final = word == "failed" if word else status[1] == "5"
        said = _DIAGNOSTIC.search(told)
        code = ".".join(status.groups()) if status else ""
        reason = re.sub(r"\s+", " ", said[1]) if said else ""
        return Bounce(final, f"{code} {reason}".strip()[:300])
    if mail.sender.partition("@")[0] in ("mailer-daemon", "postmaster") and _IN_WORDS.search(mail.subject):
        return Bounce(True, mail.subject[:300])
    return None
