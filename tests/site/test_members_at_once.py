"""Two people change the same agency at the same moment: nobody who was let in gets lost."""

import threading

import pytest
from helpers import offices
from helpers.people import acting

from phanhoi_app.agencies import api
from phanhoi_app.agencies.errors import AlreadyChanged

AGENCY, DOMAIN, HEAD = "T-ONCE", "once.example", "head@once.example"


@pytest.fixture
def office(site, province):
    offices.clear(site, AGENCY, DOMAIN)
    offices.make(site, AGENCY, "Phòng Cùng lúc Thử", [(HEAD, "Trưởng", "Leader")])
    yield
    offices.clear(site, AGENCY, DOMAIN)


def test_two_lists_at_once_keep_everybody(site, office, province, home):
    import frappe

    people = {HEAD: "mot@once.example", province.ADMINISTRATOR: "hai@once.example"}
    drafts = {}
    for user, email in people.items():
        with acting(site, user):
            drafts[user] = api.look_at_person(AGENCY, "Người Mới", email, "Officer")["name"]
    site.db.commit()
    start, outcomes = threading.Barrier(2), {}

    def confirm(user):
        frappe.init(site=home.site, sites_path=str(home.sites))
        frappe.connect()
        frappe.set_user(user)
        frappe.local.lang = "vi"
        frappe.db.get_value("Agency Member", {"parent": AGENCY}, "user")  # the view of before the other one
        start.wait()
        try:
            api.confirm(drafts[user])
            frappe.db.commit()
            outcomes[user] = "done"
        except AlreadyChanged as error:
            frappe.db.rollback()
            outcomes[user] = str(error)
        finally:
            frappe.destroy()

    threads = [threading.Thread(target=confirm, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    site.db.rollback()
    let_in = {user for user, said in outcomes.items() if said == "done"}
    assert let_in, outcomes
    for user in people.keys() - let_in:
        assert "Hãy thử lại" in outcomes[user]
        assert not site.db.exists("User", people[user]), "nothing half-written"
    members = set(site.get_all("Agency Member", filters={"parent": AGENCY}, pluck="user"))
    assert members == {HEAD, *(people[user] for user in let_in)}
