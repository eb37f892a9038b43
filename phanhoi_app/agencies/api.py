"""The doors of the page “Personnel”. They check nothing themselves: the rooms behind them do, each for each agency."""

import base64
import binascii
import functools

import frappe
from frappe import _

from phanhoi_app.agencies import invitations, leaving, members, powers, roster, sheet
from phanhoi_app.agencies.errors import NotThere, NotYours, PeopleRefused


def _told(door):
    """Let the desk show why something was refused; the HTTP status goes with the exception."""

    @functools.wraps(door)
    def telling(*args, **kwargs):
        try:
            return door(*args, **kwargs)
        except PeopleRefused as error:
            frappe.msgprint(
                frappe.utils.escape_html(str(error)), title=_("Nothing was changed"), indicator="red"
            )
            raise

    return telling


@frappe.whitelist()
@_told
def agencies() -> list[dict]:
    """[{name, agency_name, depth}] whose people the user manages."""
    return powers.managed()


@frappe.whitelist()
@_told
def people(agency: str) -> dict:
    """The members of an agency; see `members.of`."""
    return members.of(agency)


@frappe.whitelist(methods=["POST"])
@_told
def look_at_sheet(agency: str, file_name: str, content: str, channel: str = "E-mail") -> dict:
    """What a spreadsheet (base64) would change; see `roster.look_at`."""
    powers.check(agency)
    # Base64 is four letters for three bytes; the rest is refused before it is unpacked.
    if len(content) > sheet.MOST_BYTES * 4 // 3 + 8:
        raise PeopleRefused(
            _("The file is larger than {0} MB: send the list alone.").format(sheet.MOST_BYTES >> 20)
        )
    try:
        raw = base64.b64decode(content.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise PeopleRefused(_("The file did not arrive whole: choose it again.")) from error
    return roster.look_at(agency, sheet.read(file_name, raw), channel, file_name)


@frappe.whitelist(methods=["POST"])
@_told
def look_at_person(
    agency: str, full_name: str, email: str, duty: str, phone: str = "", channel: str = "E-mail"
) -> dict:
    """The same for one person, typed in."""
    typed = {"full_name": full_name, "email": email, "duty": duty, "phone": phone}
    person = sheet.SheetRow(1, {key: str(value or "")[: sheet.LONGEST_CELL] for key, value in typed.items()})
    return roster.look_at(agency, [person], channel, "")


@frappe.whitelist(methods=["POST"])
@_told
def confirm(name: str) -> dict:
    """Carry out what was looked at."""
    return roster.confirm(name)


@frappe.whitelist()
@_told
def roster_state(name: str) -> dict:
    """How far a list is."""
    return roster.state(name)


@frappe.whitelist()
@_told
def rejected(name: str) -> None:
    """Download the rows with errors as CSV."""
    frappe.response["filename"] = f"{_('Rows with errors')}.csv"
    # With a byte order mark, by which spreadsheets know that it is UTF-8.
    frappe.response["filecontent"] = roster.rejected(name).encode("utf-8-sig")
    frappe.response["type"] = "download"


@frappe.whitelist(methods=["POST"])
@_told
def invite_again(agency: str, user: str, channel: str = "E-mail") -> None:
    """Send a new invitation to a member; the earlier link ends."""
    powers.check(agency)
    if channel not in roster.CHANNELS:
        raise PeopleRefused(_("Invitation by: choose e-mail or SMS."))
    duty = frappe.db.get_value(
        "Agency Member", {"parent": agency, "parenttype": "Agency", "user": user}, "duty"
    )
    if not duty:
        raise NotThere(_("{0} is not a member of “{1}” (any more).").format(user, agency))
    if why := powers.why_not(user, duty, duty, powers.roles_of([user])[user]):
        raise NotYours(why)
    invitations.invite(user, agency, channel)


@frappe.whitelist()
@_told
def leaving_preview(agency: str, user: str) -> dict:
    """What the leaving of a member would mean; see `leaving.preview`."""
    return leaving.preview(agency, user)


@frappe.whitelist(methods=["POST"])
@_told
def leave(
    agency: str,
    user: str,
    reason: str,
    successor: str | None = None,
    choices: str | dict | None = None,
    disable: int | bool = 0,
) -> dict:
    """Let a member leave; see `leaving.start`."""
    chosen = frappe.parse_json(choices or {})
    if not isinstance(chosen, dict):
        raise PeopleRefused(_("Choose for each complaint who takes it over."))
    return leaving.start(agency, user, reason, successor, chosen, bool(frappe.utils.cint(disable)))


@frappe.whitelist(methods=["POST"])
@_told
def leave_again(name: str) -> dict:
    """Go on with a departure that stopped on the way."""
    return leaving.again(name)


@frappe.whitelist()
@_told
def leaving_state(name: str) -> dict:
    """How far a departure is."""
    return leaving.state(name)
