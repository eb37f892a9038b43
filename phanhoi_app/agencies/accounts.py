"""Accounts follow duties: hangs on every change of an agency's members, whichever way it came.

Each change leaves a trace (DocType Member Change), and gives or takes the roles that duties need. Roles that come
from elsewhere (System Manager, supervisor …) are never touched.
"""

import frappe
from frappe import _

from phanhoi_app.agencies import quiet_users
from phanhoi_app.agencies.errors import AlreadyChanged
from phanhoi_app.agencies.powers import BY_DUTIES, ROLE_OF
from phanhoi_app.custody import phases
from phanhoi_app.history import rows
from phanhoi_app.history.now import now

quiet_users.install()


def members_changed(agency, method: str | None = None) -> None:
    """Trace the change and let roles follow (document hook: on_update)."""
    before = agency.get_doc_before_save()
    _changed(agency.name, _as_dict(before.members if before else []), _as_dict(agency.members))


def agency_deleted(agency, method: str | None = None) -> None:
    """The same when the agency itself goes (document hook: after_delete)."""
    _changed(agency.name, _as_dict(agency.members), {})


def create(email: str, full_name: str, mobile: str | None, duties: list[str]) -> None:
    """A new account with the roles of the duties and no password: the invitation sets one.

    The caller has checked who asks and that there is no such account.
    """
    user = frappe.new_doc("User")  # with its defaults, which an import does not set
    user.update(
        {
            "email": email,
            "username": email,
            "first_name": full_name,
            "mobile_no": mobile or None,
            "language": "vi",
            "send_welcome_email": 0,
            "roles": [{"role": role} for role in sorted({ROLE_OF[duty] for duty in duties})],
        }
    )
    user.flags.no_welcome_mail = True
    user.flags.ignore_permissions = True
    # The framework takes more than sixty new accounts an hour for an attack, except in an import, which this is.
    before, frappe.flags.in_import = frappe.flags.in_import, True
    try:
        user.insert()
    finally:
        frappe.flags.in_import = before


def lock_out(user: str) -> None:
    """Disable the account and end its sessions. The caller has checked who asks."""
    doc = frappe.get_doc("User", user, for_update=True)
    if doc.enabled:
        doc.enabled = 0
        doc.flags.ignore_permissions = True
        doc.save()


def user_changed(user, method: str | None = None) -> None:
    """Refuse to disable an account by hand that still has open complaints (document hook: validate)."""
    before = user.get_doc_before_save()
    if before and before.enabled and not user.enabled:
        _refuse_with_open_complaints(user)


def user_deleted(user, method: str | None = None) -> None:
    """Refuse to delete one (document hook: on_trash)."""
    _refuse_with_open_complaints(user)


def _refuse_with_open_complaints(user) -> None:
    if frappe.db.exists("Complaint", {"officer": user.name, "phase": ("in", phases.OPEN)}):
        raise AlreadyChanged(
            _(
                "{0} still has open complaints. Use “Leave the agency” on the page “Personnel”: it hands them over."
            ).format(user.full_name or user.name)
        )


def _warn_of_open_complaints(agency: str, removed: list[str]) -> None:
    """Who takes a row out of the agency's form is told of the way that hands complaints over."""
    filters = {"agency": agency, "officer": ("in", [*removed, ""]), "phase": ("in", phases.OPEN)}
    if removed and frappe.db.exists("Complaint", filters):
        frappe.msgprint(
            _(
                "Open complaints stay with somebody who was removed. “Leave the agency” on the page “Personnel” "
                "would have handed them over."
            ),
            indicator="orange",
        )


def _as_dict(members) -> dict[str, tuple[str, str]]:
    return {member.user: (member.duty, member.phone or "") for member in members}


def _changed(agency: str, before: dict, after: dict) -> None:
    changed = sorted(user for user in {*before, *after} if before.get(user) != after.get(user))
    if not changed:
        return
    moment = now()
    rows.insert(
        "Member Change", [_trace(agency, user, before.get(user), after.get(user), moment) for user in changed]
    )
    _warn_of_open_complaints(agency, [user for user in changed if user not in after])
    duties = _duties_of(changed, without=agency)
    for user in changed:
        wanted = {ROLE_OF[duty] for duty in duties[user]}
        if user in after:
            wanted.add(ROLE_OF[after[user][0]])
        # A role that an administrator gave without a duty was not this agency's to give, nor is it to take.
        ended = {ROLE_OF[before[user][0]]} - wanted if user in before else set()
        _give_and_take(user, agency, wanted, ended & BY_DUTIES)


def _trace(agency, user, before, after, moment) -> dict:
    return {
        "name": frappe.generate_hash(length=14),
        "owner": frappe.session.user,
        "modified_by": frappe.session.user,
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
        "agency": agency,
        "user": user,
        "change": "Changed" if before and after else "Added" if after else "Removed",
        "duty_before": before[0] if before else None,
        "duty_after": after[0] if after else None,
        "phone_changed": int(bool(before and after and before[1] != after[1])),
    }


def _duties_of(users: list[str], without: str) -> dict[str, set[str]]:
    duties = {user: set() for user in users}
    found = frappe.get_all(
        "Agency Member",
        filters={"parenttype": "Agency", "parent": ("!=", without), "user": ("in", users)},
        fields=["user", "duty"],
    )
    for row in found:
        duties[row.user].add(row.duty)
    return duties


def _needed_now(user: str, without: str) -> set[str]:
    """The roles that duties in other agencies need, as they are at this moment and not when the transaction began:
    somebody may leave two agencies at once, or enter one while leaving another."""
    found = frappe.db.sql(
        """select duty from `tabAgency Member`
        where parenttype = 'Agency' and user = %s and parent != %s for update""",
        (user, without),
    )
    return {ROLE_OF[row[0]] for row in found}


def _give_and_take(user: str, agency: str, wanted: set[str], ended: set[str]) -> None:
    if user in ("Administrator", "Guest"):
        return
    held = set(frappe.get_all("Has Role", filters={"parenttype": "User", "parent": user}, pluck="role"))
    if wanted <= held and ended.isdisjoint(held):
        return
    doc = frappe.get_doc("User", user, for_update=True)
    ended -= _needed_now(user, agency)
    doc.roles = [row for row in doc.roles if row.role not in ended]
    for role in sorted(wanted - held):
        doc.append("roles", {"role": role})
    doc.flags.ignore_permissions = True
    doc.save()
    # What was looked up meanwhile stands in the cache, also when all of this is taken back.
    frappe.db.after_rollback.add(lambda: frappe.clear_cache(user=user))
