"""Thousands of random and mutated requests: never an error of ours, never half of what was to be written."""

import hmac
from collections import Counter

import pytest
from helpers import chats, webhook_fuzz

from phanhoi_app.channels import signing, twilio
from phanhoi_app.intake import inbound

COUNT = 1000  # ten thousand: make benchmark ARGS="--only webhooks"


@pytest.fixture
def four(site, province):
    chats.clear(site)
    more = {"conversations": 0, "conversation_field": None}
    made = {provider: chats.account(site, provider, **more) for provider in chats.CREDENTIALS}
    site.db.commit()
    yield made
    chats.clear(site)


def test_whatever_is_sent(site, home, four):
    asked = list(webhook_fuzz.requests(four, COUNT))
    answers = chats.post_many(home, asked)
    statuses = Counter(status for status, _text in answers)
    wrong = [(asked[n], answer) for n, answer in enumerate(answers) if answer[0] >= 500]
    assert not wrong, (statuses, wrong[:2])
    assert statuses[200] > COUNT / 10
    assert statuses[403] > COUNT / 10
    site.db.commit()
    taken = site.db.count("Inbound Message")
    assert taken == site.db.count("Inbound Letter") > COUNT / 20
    halves = site.db.sql(
        "select count(*) from `tabInbound Message` m left join `tabInbound Letter` l on l.name = m.name "
        "where l.name is null or l.event is null or m.account is null or m.status != 'Queued'"
    )
    assert halves == ((0,),)
    while inbound.work():
        pass
    left = Counter(site.get_all("Inbound Message", pluck="status"))
    assert set(left) <= {"Done", "Ignored"}, left
    ours = site.get_all("Error Log", {"method": ("like", "Inbound Message%")})
    assert not ours


@pytest.mark.parametrize("provider", sorted(chats.CREDENTIALS))
def test_signatures_are_compared_so_that_the_time_tells_nothing(site, home, four, provider, monkeypatch):
    """The one comparison of Python that does: asked for each provider, with both whole."""
    compared = []
    real = hmac.compare_digest

    def compare(one, other):
        compared.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr(signing.hmac, "compare_digest", compare)
    body, headers = b'{"timestamp": "1764000000000"}', {"X-Timestamp": "1764000000"}
    headers |= {
        "Zalo OA": {"X-ZEvent-Signature": "mac=" + "0" * 64},
        "Facebook Page": {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        "SMS gateway": {"X-Signature": "0" * 64},
        "Twilio": {"X-Twilio-Signature": "0" * 28},
    }[provider]
    if provider == "Twilio":
        import inspect

        from twilio import request_validator

        assert "compare" in inspect.getsource(request_validator)  # the library's own, of equal time
        assert twilio.Twilio.provider == provider
    assert chats.post(home, four[provider].webhook_address, body, headers)[0] == 403
    if provider != "Twilio":
        assert (64, 64) in compared
