"""What a mail says of a complaint: title, words, who and where from; and what is missing."""

from phanhoi_app.intake import check
from phanhoi_app.rules.mail import body, details, token
from phanhoi_app.rules.mail.reading import Mail

# Without name and address it is nobody's, and the law lets nobody act on it.
NEEDED = ("citizen_name", "citizen_address")
LONGEST = check.LONGEST["content"]
LONGEST_TITLE = 120  # of a title made from the first line


def of(mail: Mail) -> dict:
    """The values of a complaint (`check.ALLOWED`) as far as the mail tells them."""
    subject = body.bare_subject(token.without(mail.subject))
    said = body.split(mail.text, keep_quoted=body.is_forwarded(mail.subject))
    values = {"citizen_email": mail.sender, "content": _within(said.own or subject)}
    values["title"] = subject if len(subject) >= check.SHORTEST["title"] else _first_line(said.own) or subject
    values["title"] = values["title"][: check.LONGEST["title"]]
    values |= details.found_in(said.own, said.signature)
    if details.is_name(mail.sender_name):
        values.setdefault("citizen_name", mail.sender_name)
    return _cut(values)


def added(values: dict, mail: Mail) -> dict:
    """The values with what an answer to our question adds: what is labelled, or line by line what was missing.

    Whatever it says besides is kept too: nothing that the citizen wrote is lost.
    """
    said = body.split(mail.text)
    found = details.found_in(said.own, said.signature)
    missing = [key for key in NEEDED if not values.get(key) and not found.get(key)]
    lines = [line.strip(" -*•\t") for line in said.own.split("\n") if line.strip() and ":" not in line]
    if "citizen_name" in missing and (names := [line for line in lines if details.is_name(line)]):
        found["citizen_name"] = names[0]
        lines.remove(names[0])
    if "citizen_address" in missing and (places := [line for line in lines if len(line) >= 6]):
        found["citizen_address"] = places[0]
    if not found:
        values = values | {"content": _within(f"{values['content']}\n\n{said.own}")}
    elif "citizen_name" not in found and details.is_name(mail.sender_name):
        found.setdefault("citizen_name", mail.sender_name)
    return _cut(values | {key: value for key, value in found.items() if not values.get(key)})


def missing(values: dict) -> list[str]:
    """Which of `NEEDED` are not there."""
    return [key for key in NEEDED if not values.get(key)]


def _first_line(text: str) -> str:
    for line in text.split("\n"):
        if len(line.strip()) >= 15:
            return (
                line.strip() if len(line) <= LONGEST_TITLE else f"{line[:LONGEST_TITLE].rsplit(' ', 1)[0]} …"
            )
    return ""


def _within(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"


def _cut(values: dict) -> dict:
    return {key: value[: check.LONGEST.get(key, len(value))] for key, value in values.items()}
