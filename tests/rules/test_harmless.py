"""A citizen's words in signs that mark nothing up: nothing is lost, nothing is a tag or an entity."""

import json

import pytest

from phanhoi_app.rules import harmless

TYPED = {
    "<script>alert(1)</script>": "‹script›alert(1)‹/script›",
    "nhiệt độ < 5 và > 2": "nhiệt độ ‹ 5 và › 2",
    'gọi là "đường tạm" (sic)': "gọi là “đường tạm” (sic)",
    '("x")': "(“x”)",
    '"><img src=x onerror=alert(1)>': "“›‹img src=x onerror=alert(1)›",
    "it's": "it’s",
    "&lt;b&gt; &#60; &#x3c;": "＆lt;b＆gt; ＆#60; ＆#x3c;",
    "A&B, R & D, ?a=1&b=2": "A&B, R & D, ?a=1&b=2",
    "{{ 7*7 }} ${7*7} javascript:alert(1)": "{{ 7*7 }} ${7*7} javascript:alert(1)",
    "Ổ gà trên đường Lê Lai": "Ổ gà trên đường Lê Lai",
    "": "",
}


@pytest.mark.parametrize("typed", TYPED)
def test_signs_are_replaced_by_those_that_look_like_them(typed):
    shown = harmless.text(typed)
    assert shown == TYPED[typed]
    assert harmless.text(shown) == shown
    assert len(shown) == len(typed)
    assert not set("<>\"'") & set(shown)


def test_each_text_of_an_answer_in_json():
    typed = json.dumps([{"label": "Ở đâu?", "value": '<b>"nhà"</b>', "number": 3, "none": None}])
    assert json.loads(harmless.values(typed)) == [
        {"label": "Ở đâu?", "value": "‹b›“nhà”‹/b›", "number": 3, "none": None}
    ]
    assert harmless.values("no <json>") == "no ‹json›"
