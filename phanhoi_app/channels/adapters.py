"""Which adapter serves an account."""

from phanhoi_app.channels import call_centre, email, facebook, gateway, twilio, zalo
from phanhoi_app.channels.base import Adapter, NoChannel

ADAPTERS = {
    each.provider: each
    for each in (
        twilio.Twilio(),
        gateway.Gateway(),
        zalo.Zalo(),
        facebook.Facebook(),
        email.Email(),
        call_centre.CallCentre(),
    )
}


def of(account) -> Adapter:
    """The adapter of a Channel Account. Raises NoChannel for a provider that there is none for."""
    try:
        return ADAPTERS[account.provider]
    except KeyError as error:
        raise NoChannel(f"no adapter for {account.provider}") from error
