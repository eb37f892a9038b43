"""What a list of people would change, row by row, before anything is changed; the same look again when it is."""

import hashlib
import json
from dataclasses import asdict, dataclass

import frappe
from frappe import _
from frappe.utils import validate_email_address

from phanhoi_app.agencies import powers
from phanhoi_app.agencies.sheet import SheetRow
from phanhoi_app.rules import people_words, phone, text
from phanhoi_app.rules.errors import RuleError

NEW, ADDED, CHANGED, UNCHANGED, ERROR = "new", "added", "changed", "unchanged", "error"
LONGEST_NAME, LONGEST_EMAIL = 100, 140


@dataclass
class Line:
    """One row of the list and what comes of it: `outcome` is one of the five above; of an error `column` and
    `sentence` say what to do, otherwise `sentence` says what changes."""

    row: int
    full_name: str
    email: str
    phone: str
    duty: str
    agency: str
    outcome: str = NEW
    column: str = ""
    sentence: str = ""

    def refuse(self, column: str, sentence: str) -> None:
        """Turn the line into an error, unless it is one already."""
        if self.outcome != ERROR:
            self.outcome, self.column, self.sentence = ERROR, column, sentence


def make(agency: str, people: list[SheetRow], channel: str) -> list[Line]:
    """What each row comes to for the session's user; `agency` where the row names none.

    `channel` ("E-mail", "SMS") is how new accounts are to be invited. Reads only. The caller has checked that the user
    manages `agency`; agencies that rows name are checked here.
    """
    lines = [_line(row, agency) for row in people]
    _check_agencies(lines, agency)
    _check_repeats(lines)
    _compare(lines, channel)
    return lines


def digest(lines: list[Line]) -> str:
    """By which a plan is known again: equal plans have equal ones, in whatever language they are told."""
    told = [asdict(line) | {"sentence": ""} for line in lines]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def counts(lines: list[Line]) -> dict[str, int]:
    """{outcome: number of lines}, all five."""
    found = dict.fromkeys((NEW, ADDED, CHANGED, UNCHANGED, ERROR), 0)
    for line in lines:
        found[line.outcome] += 1
    return found


def _line(row: SheetRow, agency: str) -> Line:
    typed = {column: text.clean_typed(row.values.get(column)) for column in people_words.COLUMNS}
    duty = people_words.duty_of(typed["duty"])
    line = Line(
        row=row.number,
        full_name=typed["full_name"],
        email=typed["email"].lower(),
        phone=typed["phone"],
        duty=duty or typed["duty"],
        agency=typed["agency"] or agency,
    )
    for column, problem in row.problems.items():
        line.refuse(column, problem)
    if not line.full_name:
        line.refuse("full_name", _("The name is missing."))
    elif len(line.full_name) > LONGEST_NAME or any(c in line.full_name for c in '<>"&'):
        line.refuse(
            "full_name", _("The name is too long or has characters that no name has: type the name only.")
        )
    if not line.email:
        line.refuse("email", _("The e-mail address is missing: it is what the person signs in with."))
    elif (
        len(line.email) > LONGEST_EMAIL
        or not line.email.isascii()
        or line.email != (validate_email_address(line.email) or "")
        or any(c in line.email for c in " ,;<>\"'&")
    ):
        line.refuse("email", _("The e-mail address is not complete."))
    if line.phone:
        try:
            line.phone = phone.normalise(line.phone)
            if not phone.is_mobile(line.phone):
                line.refuse("phone", _("This is a landline: an SMS needs a mobile number."))
        except RuleError as error:
            line.refuse("phone", error.sentence(_))
    if not duty:
        line.refuse(
            "duty",
            _("The duty “{0}” is not known: write officer, leader, viewer or coordinator.").format(
                typed["duty"][:50]
            ),
        )
    return line


def _check_agencies(lines: list[Line], agency: str) -> None:
    named = {line.agency for line in lines}
    rows = frappe.get_all(
        "Agency", filters={"name": ("in", list(named))}, fields=["name", "valid_to"], limit_page_length=0
    )
    known = {row.name.casefold(): row for row in rows}
    today = frappe.utils.getdate()
    yours: dict[str, bool] = {agency: True}
    for line in lines:
        row = known.get(line.agency.casefold())
        if row and row.name not in yours:
            yours[row.name] = powers.manages(row.name)
        # One sentence for both: what you do not manage is none of your business.
        if not row or not yours[row.name]:
            line.refuse(
                "agency", _("“{0}” is not the code of an agency that you manage.").format(line.agency[:50])
            )
            continue
        line.agency = row.name
        if row.valid_to and row.valid_to < today:
            line.refuse("agency", _("The agency {0} is closed: choose its successor.").format(row.name))


def _check_repeats(lines: list[Line]) -> None:
    places: dict[tuple, int] = {}
    names: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for line in lines:
        if line.outcome == ERROR:
            continue
        first = places.setdefault((line.agency, line.email), line.row)
        if first != line.row:
            line.refuse("email", _("The same address stands in row {0}: keep one of them.").format(first))
            continue
        if text.name_key(names.setdefault(line.email, line.full_name)) != text.name_key(line.full_name):
            line.refuse("full_name", _("The same address stands above with another name."))
        elif line.phone and numbers.setdefault(line.phone, line.email) != line.email:
            line.refuse("phone", _("The same number stands above for somebody else."))


def _compare(lines: list[Line], channel: str) -> None:
    """Decide what each good line comes to, by what there is now."""
    good = [line for line in lines if line.outcome != ERROR]
    emails = list({line.email for line in good})
    accounts = _accounts(emails)
    held = powers.roles_of([account.name for account in accounts.values()])
    members = _members(emails)
    owners = _owners_of_numbers([line.phone for line in good if line.phone])
    for line in good:
        account = accounts.get(line.email)
        before = members.get((line.agency, line.email))
        refusal = powers.why_not(
            account.name if account else line.email,
            before.duty if before else None,
            line.duty,
            held.get(account.name, set()) if account else set(),
        )
        if refusal:
            line.refuse("duty" if "Coordinator" in (line.duty, before and before.duty) else "email", refusal)
        elif not account:
            _as_new(line, owners, channel)
        elif not account.enabled:
            line.refuse("email", _("This account is disabled: ask an administrator to enable it."))
        elif not before:
            line.outcome = ADDED
            line.sentence = _("The account exists: {0}.").format(_known_as(account, members))
        else:
            _as_member(line, before)


def _as_new(line: Line, owners: dict[str, str], channel: str) -> None:
    if line.phone and line.phone in owners:
        line.refuse("phone", _("This number belongs to another account: give the person's own, or none."))
    elif channel == "SMS" and not line.phone:
        line.refuse("phone", _("The mobile number is missing: the invitation goes by SMS."))
    else:
        line.sentence = _("Invitation by SMS.") if channel == "SMS" else _("Invitation by e-mail.")


def _as_member(line: Line, before) -> None:
    said = []
    if before.duty != line.duty:
        said.append(f"{_('Duty')}: {_(before.duty)} → {_(line.duty)}")
    if line.phone and line.phone != (before.phone or ""):
        said.append(_("new mobile number"))
    line.outcome = CHANGED if said else UNCHANGED
    line.sentence = "; ".join(said)


def _known_as(account, members) -> str:
    """The name on record and the agencies, by which whoever adds somebody sees whether it is the one he means."""
    others = sorted(agency for agency, email in members if email == account.email)
    names = [frappe.get_cached_value("Agency", each, "agency_name") or each for each in others[:3]]
    return f"{account.full_name} ({', '.join(names)})" if names else account.full_name


def _accounts(emails: list[str]) -> dict[str, frappe._dict]:
    rows = frappe.get_all(
        "User", filters={"name": ("in", emails)}, fields=["name", "email", "full_name", "enabled"]
    )
    for row in rows:
        row.email = row.name.lower()
    return {row.email: row for row in rows}


def _members(emails: list[str]) -> dict[tuple, frappe._dict]:
    rows = frappe.get_all(
        "Agency Member",
        filters={"parenttype": "Agency", "user": ("in", emails)},
        fields=["parent", "user", "duty", "phone"],
    )
    return {(row.parent, row.user.lower()): row for row in rows}


def _owners_of_numbers(numbers: list[str]) -> dict[str, str]:
    if not numbers:
        return {}
    rows = frappe.get_all(
        "User", filters={"mobile_no": ("in", list(set(numbers)))}, fields=["name", "mobile_no"]
    )
    return {row.mobile_no: row.name for row in rows}
