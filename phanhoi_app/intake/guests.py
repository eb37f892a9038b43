"""Limits for people without an account: per address, per phone, and a trap for machines."""

import frappe
from frappe import _
from frappe.utils import cint

HONEYPOT = "website"  # a field that people do not see; machines fill it in
HOUR, DAY = 3600, 86_400
# Whole quarters stand behind one address of a mobile network; one answer costs a few milliseconds.
PINS_PER_ADDRESS_PER_HOUR = 1200


def honeypot_filled(form) -> bool:
    """Whether a machine gave itself away."""
    return bool((form.get(HONEYPOT) or "").strip())


def address() -> str:
    """The caller's network address, as the nearest trusted proxy saw it; never as the caller says.

    `phanhoi_proxies` in the site's configuration says how many proxies add to X-Forwarded-For (1 on an ordinary
    bench: its nginx writes the header anew). What lies left of theirs was written by the caller.
    """
    request = frappe.local.request
    proxies = cint(frappe.conf.get("phanhoi_proxies", 1))
    forwarded = [
        part.strip() for part in (request.headers.get("X-Forwarded-For") or "").split(",") if part.strip()
    ]
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies]
    return request.remote_addr or "unknown"


def submission_refused(caller: str, phone: str | None) -> str | None:
    """Count a complaint about to be filed; a sentence when the caller or the phone has sent too many."""
    settings = frappe.get_cached_doc("Phanhoi Settings")
    if _over(f"send:{caller}", settings.complaints_per_address_per_hour, HOUR):
        return _(
            "Too many complaints were sent from your network in the last hour. Please try again in an hour."
        )
    if phone and _over(f"phone:{phone}", settings.complaints_per_phone_per_day, DAY):
        return _("Too many complaints were sent with this phone number today. Please try again tomorrow.")
    return None


def guesses_left(caller: str) -> bool:
    """Whether this caller may try another tracking code; asked before the try, counts nothing."""
    limit = cint(frappe.get_cached_doc("Phanhoi Settings").guesses_per_address_per_hour)
    return not limit or cint(frappe.cache.get(_key(f"guess:{caller}"))) < limit


def count_wrong_guess(caller: str) -> None:
    """Remember that this caller tried a code that does not exist, or wrong digits."""
    _count(f"guess:{caller}", HOUR)


def may_ask_for_pin(caller: str) -> bool:
    """Count a question for the commune in which a pin lies; whether it is answered."""
    return not _over(f"pin:{caller}", PINS_PER_ADDRESS_PER_HOUR, HOUR)


def _over(what: str, limit, seconds: int) -> bool:
    return bool(cint(limit)) and _count(what, seconds) > cint(limit)


def _count(what: str, seconds: int) -> int:
    key = _key(what)
    pipe = frappe.cache.pipeline()
    # The window starts with the first call and is not prolonged by later ones.
    pipe.set(key, 0, ex=seconds, nx=True)
    pipe.incr(key)
    return int(pipe.execute()[-1])


def _key(what: str) -> bytes:
    return frappe.cache.make_key(f"phanhoi_limit:{what}")
