"""What attackers find: complaints of others, a sealed one, their citizens' data and photos; and doors to knock at."""

import io

from PIL import Image

from helpers import cast, world
from helpers.doors import Door, as_text
from helpers.people import acting

# Nobody else's in the tests: found anywhere, they have leaked from here.
PHONE, NAME, MAIL = "0987612345", "Trịnh Đình Ẩn", "an.nguoi.gui@test.example"
INSPECTOR = "officer.inspect@test.example"
MISSING = "PA-2026-999999"


class Stage:
    """Complaints by who has them, all filed by the same citizen:

    `mine` with Roads and in processing, `theirs` with Health, `sealed` about Roads with the inspectorate, `left` with
    Roads after it was with Health, `hers` with Roads and hidden from it.
    """

    def __init__(self, frappe):
        self.frappe = frappe
        cast.people(frappe)
        usual = dict(world.GOOD)
        world.GOOD.update(citizen_name=NAME, citizen_phone=PHONE, citizen_email=MAIL)
        try:
            self._tell(cast.Storyteller(frappe))
        finally:
            world.GOOD.clear()
            world.GOOD.update(usual)
        for number, name in enumerate(self.all):
            self._photo(name, number)
        frappe.local.request_cache.clear()

    def _tell(self, teller):
        self.mine = teller.tell("ở Sở Xây dựng", "processing")
        self.sealed = teller.tell("bảo mật, về Sở Xây dựng", "processing")
        self.left = teller.tell("ở Sở Xây dựng, trước ở Sở Y tế", "processing")
        self.theirs = teller._file("ở bộ phận điều phối")
        teller._do(world.COORDINATOR, self.theirs, "assign", agency=world.HEALTH)
        self.hers = teller._file("ở bộ phận điều phối")
        self.frappe.db.set_value(
            "Complaint", self.hers, "identity_wish", "Hidden from the handling agency", update_modified=False
        )
        teller._do(world.COORDINATOR, self.hers, "assign", agency=world.ROADS)
        teller._do(world.OFFICER, self.hers, "take")
        self.all = (self.mine, self.sealed, self.left, self.theirs, self.hers)

    def _photo(self, complaint, number):
        from phanhoi_app.intake import photos

        out = io.BytesIO()
        # each its own bytes: the framework keeps one copy of equal ones
        Image.new("RGB", (9 + number, 7), (number * 40, int(complaint[-3:]) % 250, 90)).save(out, "JPEG")
        with acting(self.frappe, "Guest"):
            photos.attach(complaint, [out.getvalue()])

    def door(self, user: str) -> Door:
        return Door(self.frappe, user)

    def code(self, complaint: str) -> str:
        return self.frappe.db.get_value("Complainant", complaint, "tracking_code")

    def photo(self, complaint: str):
        """The File of the citizen's photo: name, file_url."""
        return self.frappe.db.get_value(
            "File",
            {"attached_to_name": complaint, "attached_to_field": "citizen_photos"},
            ["name", "file_url"],
            as_dict=True,
        )

    def secrets(self) -> list[str]:
        """What nobody who has not opened an identity may find in any answer."""
        return [PHONE, "0912 345 678", NAME, MAIL, *(self.code(name) for name in self.all)]

    def value(self, complaint: str, field: str):
        return self.frappe.db.get_value("Complaint", complaint, field)

    def fingerprint(self) -> str:
        """All complaints, histories, parts and identities as they stand: an attack that did nothing leaves it."""
        rows = []
        for doctype, by in (
            ("Complaint", "name"),
            ("Complaint Event", "complaint"),
            ("Custody", "complaint"),
            ("Complainant", "name"),
        ):
            rows += self.frappe.get_all(doctype, {by: ("in", self.all)}, ["*"], order_by="name")
        return as_text(rows)


def nothing_leaks(stage: Stage, answer) -> bool:
    """Whether an answer holds none of the secrets."""
    said = as_text(answer)
    found = [secret for secret in stage.secrets() if secret in said]
    assert not found, (found, said[:400])
    return True


def refused(answer) -> bool:
    """Whether the door stayed shut, with a status of refusal (never with a crash)."""
    assert 400 <= answer[0] < 500, answer
    return True
