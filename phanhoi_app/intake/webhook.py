"""The address that providers call: is it theirs, have we had it, written down, answered. The work is done in the queue.

Whatever comes is answered below 500, but where the database is away: 503, and the provider comes again.
"""

import hashlib
import json
from datetime import timedelta

import frappe
from werkzeug.wrappers import Response

from phanhoi_app.channels import accounts, adapters, windows
from phanhoi_app.channels.base import InboundEvent, NoChannel, NotAuthentic, Request, StatusUpdate, Unreadable
from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.intake import inbound
from phanhoi_app.rules import traces

MOST_BYTES = 512 * 1024
# of a text; what is longer, no provider lets anybody write
LONGEST_TEXT, LONGEST_ID = 20_000, 140


@frappe.whitelist(allow_guest=True, xss_safe=True, methods=["GET", "POST"])
def receive() -> Response:
    """Take one request of a provider: 200 once it is written down; 403 wrong signature or too old, 404 no such address,
    413 too large, 400 unreadable."""
    try:
        account = accounts.by_key(frappe.request.args.get("key"))
        if account is None:
            return _answer(404)
        return _greeted(account) if frappe.request.method != "POST" else _taken(account)
    except Exception as error:
        frappe.db.rollback()
        # Without the framework's own traceback, which holds the values: what somebody wrote to us.
        frappe.logger("phanhoi").error(f"webhook: {traces.without_values(error)}")
        return _answer(503)


def mend(response=None, request=None) -> None:
    """Answer in the provider's terms where the framework itself could not read the request (hook: after_request)."""
    if response is None or request is None or not request.path.startswith(accounts.PATH):
        return
    if response.status_code >= 500 and response.status_code != 503:
        readable = isinstance(getattr(frappe.local, "form_dict", None), dict) and frappe.local.form_dict
        frappe.logger("phanhoi").error(f"webhook: the framework said {response.status_code}")
        _become(response, 503 if readable and "cmd" not in frappe.local.form_dict else 400)
    elif response.status_code == 417:
        _become(response, 400)


def _greeted(account) -> Response:
    challenge = adapters.of(account).greeting(account, _as_came())
    if challenge is None:
        return _answer(403)
    return Response(challenge[:1000], 200, content_type="text/plain; charset=utf-8")


def _taken(account) -> Response:
    if (frappe.request.content_length or 0) > MOST_BYTES or len(frappe.request.get_data()) > MOST_BYTES:
        return _answer(413)
    request, adapter = _as_came(), adapters.of(account)
    if adapter.is_probe(request):
        return _answer(200)
    try:
        adapter.verify(account, request)
        events, updates = adapter.parse(account, request), adapter.status(account, request)
    except NotAuthentic:
        inbound.count_refused(account.name)
        return _answer(403)
    except (Unreadable, NoChannel):
        return _answer(400)
    write(account, events, updates, request.body)
    return _answer(200)


def write(account, events: list[InboundEvent], updates: list[StatusUpdate], raw: bytes) -> int:
    """Write down what came, what is there already left out, in the caller's transaction; how many rows it wanted."""
    found = [_event(account, each) for each in events] + [_update(account, each) for each in updates]
    if not found:
        return 0
    moment = now()
    messages, letters = [], []
    for number, (external_id, kind, sender, told) in enumerate(found):
        name = hashlib.sha256(f"{account.name}:{kind}:{external_id}".encode()).hexdigest()[:20]
        own = {
            "name": name,
            "owner": "Administrator",
            "modified_by": "Administrator",
            "docstatus": 0,
            "idx": 0,
        }
        own |= {"creation": moment, "modified": moment}
        messages.append(
            own
            | {
                "account": account.name,
                "kind": kind,
                "external_id": external_id[:LONGEST_ID],
                "conversation": windows.row_of(account.name, sender) if sender else None,
                # A batch keeps its order.
                "received_on": moment + timedelta(microseconds=number),
                "status": "Queued",
                "attempts": 0,
                "next_attempt_on": moment,
            }
        )
        body = raw.decode("utf-8", "backslashreplace") if number == 0 else None
        letters.append(own | {"sender": sender[:LONGEST_ID], "event": json.dumps(told), "raw": body})
    rows.insert("Inbound Message", messages, ignore_duplicates=True)
    rows.insert("Inbound Letter", letters, ignore_duplicates=True)
    frappe.db.after_commit.add(inbound.schedule)
    return len(found)


def _event(account, event: InboundEvent) -> tuple[str, str, str, dict]:
    sender = _plain(event.sender)[:LONGEST_ID]
    told = {
        "id": _plain(event.id),
        "sender": sender,
        "at": event.at.isoformat(),
        "text": _plain(event.text)[:LONGEST_TEXT],
        "attachments": [[_plain(each.url)[:2000], _plain(each.kind)[:40]] for each in event.attachments],
        "location": event.location if event.location and _is_on_earth(*event.location) else None,
    }
    if event.call:
        told["call"] = {key: _plain(value) for key, value in event.call.items()}
    return told["id"], event.kind, sender, told


def _update(account, update: StatusUpdate) -> tuple[str, str, str, dict]:
    provider_id = _plain(update.provider_id)
    told = {
        "provider_id": provider_id,
        "status": update.status,
        "note": _plain(update.note)[:240],
        "at": update.at.isoformat(),
    }
    return f"{provider_id}:{update.status}", "status", "", told


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180  # what is no number is not


def _plain(text: str) -> str:
    """Text that can be written down: JSON may hold halves of letters."""
    return text.encode("utf-8", "replace").decode()


def _as_came() -> Request:
    request = frappe.request
    return Request(
        body=request.get_data(),
        headers={name.lower(): value for name, value in request.headers.items()},
        query=request.args.to_dict(),
        form=request.form.to_dict(),
    )


def _answer(status: int) -> Response:
    return _become(Response(), status)


def _become(response: Response, status: int) -> Response:
    response.status_code = status
    response.set_data(b"" if status == 200 else b"refused" if status < 500 else b"later")
    response.content_type = "text/plain; charset=utf-8"
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response
