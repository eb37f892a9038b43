"""The link of an invitation: looked at as often as one likes, used once, for some days, the newest alone."""

import re

import pytest
from helpers.people import acting, forget
from helpers.people_lists import person, sent, workbook
from helpers.portal import Portal, text_of

from phanhoi_app.agencies import api, invitations
from phanhoi_app.agencies.errors import PeopleRefused

NEW = "moi.1@list.example"


@pytest.fixture
def invited(site, province):
    site.local.request_cache.clear()
    with acting(site, province.LEADER):
        shown = api.look_at_sheet(province.ROADS, "ds.xlsx", sent(workbook([person(1, phone="0987654321")])))
        api.confirm(shown["name"])
    yield newest_path(site)
    site.db.rollback()
    forget(site)


def newest_path(site) -> str:
    name = site.get_all(
        "Message", filters={"recipient_user": NEW, "event": "invited"}, pluck="name", order_by="creation desc"
    )[0]
    text = site.db.get_value("Letter", name, "text")
    return re.search(r"loi-moi/[\w-]+", text)[0]


def test_looking_does_not_use_it_up(site, invited):
    for _time in range(2):
        page = Portal(site).get(invited)
        assert page.status_code == 200
        assert "Cán Bộ Số 1" in text_of(page)
        assert "Sở Xây dựng Thử" in text_of(page)
        assert page.headers["Cache-Control"] == "no-store"


def test_it_leads_once_to_the_frameworks_own_page(site, invited):
    first = Portal(site).post(invited, {})
    assert first.status_code == 303
    key = first.headers["Location"].split("key=")[1]
    from frappe.core.doctype.user.user import update_password

    site.local.login_manager = site._dict(login_as=lambda user: None, logout=lambda **kwargs: None)
    with acting(site, "Guest"):
        update_password("Mat-khau-cua-toi-2026!", key=key)
    assert invitations.signed_in([NEW]) == {NEW}
    assert Portal(site).post(invited, {}).status_code == 404
    assert Portal(site).get(invited).status_code == 404


def test_it_expires(site, invited):
    site.db.sql("update `tabInvitation` set expires_on = now() - interval 1 minute where user = %s", NEW)
    page = Portal(site).get(invited)
    assert page.status_code == 404
    assert "gửi lại" in text_of(page)
    assert Portal(site).post(invited, {}).status_code == 404


def test_a_newer_one_ends_it_and_two_do_not_follow_at_once(site, invited, province):
    with acting(site, province.LEADER), pytest.raises(PeopleRefused, match="đợi"):
        api.invite_again(province.ROADS, NEW)
    site.db.sql("update `tabInvitation` set creation = '2026-01-01' where user = %s", NEW)
    site.db.sql("update `tabMessage` set creation = '2026-01-01' where recipient_user = %s", NEW)
    with acting(site, province.LEADER):
        api.invite_again(province.ROADS, NEW, "SMS")
    newer = newest_path(site)
    assert newer != invited
    assert Portal(site).get(invited).status_code == 404
    assert Portal(site).get(newer).status_code == 200


def test_who_has_a_password_is_not_invited(site, invited, province):
    with acting(site, province.LEADER), pytest.raises(PeopleRefused, match="mật khẩu"):
        api.invite_again(province.ROADS, province.OFFICER)


def test_a_disabled_account_has_no_way_in(site, invited):
    site.db.set_value("User", NEW, "enabled", 0)
    assert Portal(site).get(invited).status_code == 404


def test_the_key_is_not_kept(site, invited):
    key = invited.rsplit("/", 1)[1]
    assert not site.get_all("Invitation", filters={"key_hash": key})
    assert Portal(site).get("loi-moi/" + "x" * 24).status_code == 404
