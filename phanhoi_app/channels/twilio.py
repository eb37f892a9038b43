"""Twilio, by its own library: SMS, WhatsApp, and a call that reads the message out."""

from phanhoi_app.channels import accounts, client
from phanhoi_app.channels.base import (
    Adapter,
    Attachment,
    InboundEvent,
    NoChannel,
    NotAuthentic,
    OutsideWindow,
    Refused,
    Request,
    Sent,
    StatusUpdate,
    TryLater,
)
from phanhoi_app.history.now import now
from phanhoi_app.rules import phone
from phanhoi_app.rules.errors import RuleError

ADDRESS = "https://api.twilio.com"
WHATSAPP = "whatsapp:"
# Twilio's error codes in words, and that no second try will cure them.
WRONG_NUMBER = {21211, 21214, 21217, 21401, 21421, 21606, 21614, 21635, 30003, 30005, 30006, 63003}
BLOCKED = {21408, 21610, 21611, 21612, 30004, 30007, 30034, 63024, 63032, 13225, 13227}
NO_SESSION = {63016, 63051}  # WhatsApp: 24 hours have passed, only a template may be sent
LATER = {20429, 30001, 30017, 63018, 14107}
# Twilio's states of messages and of calls in ours; the others are on the way.
STATES = {
    **dict.fromkeys(("sent", "in-progress"), "Sent"),
    **dict.fromkeys(("delivered", "read", "completed"), "Delivered"),
    **dict.fromkeys(("undelivered", "failed", "canceled", "busy", "no-answer"), "Failed"),
}
CALL_LANGUAGE, CALL_TIMES = "vi-VN", 2

# The library's transport; tests put a recording one here.
transport = None


class Twilio(Adapter):
    provider = "Twilio"
    photo_hosts = ("api.twilio.com", "media.twiliocdn.com")

    def verify(self, account, request: Request) -> None:
        from twilio.request_validator import RequestValidator

        token = accounts.secret(account, "twilio_auth_token")
        signature = request.headers.get("x-twilio-signature") or ""
        validator = RequestValidator(token)
        # The public address and the posted form alone: the framework mixes its own values into its form.
        if not token or not validator.validate(accounts.address(account), dict(request.form), signature):
            raise NotAuthentic("the signature does not match")

    def parse(self, account, request: Request) -> list[InboundEvent]:
        form = request.form
        if "MessageStatus" in form or "CallStatus" in form or not form.get("MessageSid"):
            return []
        return [
            InboundEvent(
                id=form["MessageSid"],
                kind="message",
                sender=form.get("From") or "",
                at=now(),
                text=form.get("Body") or "",
                attachments=tuple(_media(form)),
                location=_place(form),
            )
        ]

    def status(self, account, request: Request) -> list[StatusUpdate]:
        form = request.form
        told = STATES.get(form.get("MessageStatus") or form.get("CallStatus") or "")
        provider_id = form.get("MessageSid") or form.get("CallSid")
        if not told or not provider_id:
            return []
        return [StatusUpdate(provider_id, told, _reason(form) if told == "Failed" else "", now())]

    def send(self, account, outgoing) -> Sent:
        token = accounts.secret(account, "twilio_auth_token")
        if not (account.twilio_account_sid and token and account.twilio_sender):
            raise NoChannel
        # Here, not above: it takes half a second, and a worker's every job begins without it.
        from twilio.base.exceptions import TwilioException, TwilioRestException
        from twilio.rest import Client

        library = Client(account.twilio_account_sid, token, http_client=transport or _transport(account))
        try:
            return Sent(_create(library, account, outgoing).sid)
        except TwilioRestException as error:
            raise _in_words(error) from error
        except RuleError as error:
            raise Refused(f"wrong number: {error}") from error
        except (TwilioException, OSError) as error:
            raise TryLater(f"Twilio: {type(error).__name__}") from error


def _create(library, account, outgoing):
    to, sender = _number(outgoing.recipient), account.twilio_sender
    back = accounts.address(account)
    if account.channel == "Voice":
        return library.calls.create(to=to, from_=sender, twiml=spoken(outgoing.text), status_callback=back)
    if account.channel == "WhatsApp":
        to, sender = f"{WHATSAPP}{to}", f"{WHATSAPP}{sender.removeprefix(WHATSAPP)}"
    if outgoing.template_id:
        import json

        values = json.dumps(dict(outgoing.values or {}), ensure_ascii=False)
        return library.messages.create(
            to=to,
            from_=sender,
            content_sid=outgoing.template_id,
            content_variables=values,
            status_callback=back,
        )
    return library.messages.create(to=to, from_=sender, body=outgoing.text, status_callback=back)


def spoken(text: str) -> str:
    """The TwiML of a call that reads the text out in Vietnamese, twice."""
    from twilio.twiml.voice_response import VoiceResponse

    voice = VoiceResponse()
    for time in range(CALL_TIMES):
        if time:
            voice.pause(length=1)
        voice.say(text, language=CALL_LANGUAGE)
    return str(voice)


def _number(recipient: str) -> str:
    return phone.e164(recipient.removeprefix(WHATSAPP))


def _in_words(error) -> Exception:
    """Twilio's error as ours: will a second try cure it?"""
    said = f"Twilio {error.code or error.status}: {error.msg}"
    if error.code in LATER or error.status in (408, 429) or error.status >= 500:
        return TryLater(said)
    if error.code in NO_SESSION:
        return OutsideWindow(said)
    if error.code in WRONG_NUMBER:
        return Refused(f"wrong number: {said}")
    if error.code in BLOCKED:
        return Refused(f"blocked: {said}")
    # Credentials are the administrator's to put right; the messages wait.
    return TryLater(said) if error.status in (401, 403) else Refused(said)


def _reason(form) -> str:
    code = form.get("ErrorCode") or ""
    number = int(code) if code.isascii() and code.isdigit() else 0
    kind = "wrong number: " if number in WRONG_NUMBER else "blocked: " if number in BLOCKED else ""
    return f"{kind}Twilio {code or form.get('MessageStatus') or form.get('CallStatus')}"[:140]


def _media(form):
    count = form.get("NumMedia") or "0"
    for number in range(min(int(count) if count.isascii() and count.isdigit() else 0, 10)):
        if url := form.get(f"MediaUrl{number}"):
            yield Attachment(url, (form.get(f"MediaContentType{number}") or "").split("/")[0])


def _place(form) -> tuple[float, float] | None:
    try:
        return float(form["Latitude"]), float(form["Longitude"])
    except (KeyError, ValueError):
        return None


def _transport(account):
    """The library's own transport, sent through our one way out."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.http.response import Response

    class Transport(TwilioHttpClient):
        def request(self, method, url, params=None, data=None, headers=None, auth=None, **_ignored):
            url = url.replace(ADDRESS, client.base(account, ADDRESS), 1)
            answer = client.call(method, url, params=params, data=data, headers=headers, auth=auth)
            return Response(answer.status_code, answer.text)

    return Transport()
