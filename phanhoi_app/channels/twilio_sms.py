"""SMS through Twilio, with its own library."""

from phanhoi_app.channels.base import NoChannel, Refused, Sent, TryLater
from phanhoi_app.rules import phone

TIMEOUT = 20  # seconds
# Twilio error codes that no second try will cure: a number that is wrong, cannot get SMS, or has opted out.
NEVER = {21211, 21214, 21217, 21408, 21610, 21611, 21612, 21614}


def send(
    recipient: str, text: str, *, account_sid: str, auth_token: str, sender: str, http_client=None
) -> Sent:
    """Hand one SMS to Twilio. `http_client` is Twilio's own transport, exchanged in tests.

    Raises NoChannel without credentials, Refused, TryLater.
    """
    if not (account_sid and auth_token and sender):
        raise NoChannel
    # Here, not above: it takes half a second, and a worker's every job begins without it.
    import requests
    from twilio.base.exceptions import TwilioException, TwilioRestException
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    client = Client(account_sid, auth_token, http_client=http_client or TwilioHttpClient(timeout=TIMEOUT))
    try:
        message = client.messages.create(to=phone.e164(recipient), from_=sender, body=text)
    except TwilioRestException as error:
        reason = f"Twilio {error.code or error.status}: {error.msg}"
        if error.code in NEVER or (400 <= error.status < 500 and error.status not in (401, 403, 408, 429)):
            raise Refused(reason) from error
        raise TryLater(reason) from error
    except (TwilioException, requests.RequestException, OSError) as error:
        raise TryLater(f"Twilio: {error}") from error
    return Sent(message.sid)
