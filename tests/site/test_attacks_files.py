"""Attacks: getting at files of others, and putting, moving or taking away files of complaints."""

import io
import json
from pathlib import Path

import pytest
from helpers import world
from helpers.stage import MISSING, nothing_leaks, refused
from PIL import Image

OTHERS = (world.OTHER_OFFICER, world.OFFICER, world.SUPERVISOR, "stranger@test.example", "Guest")


def picture(color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (5, 5), color).save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize("user", OTHERS)
def test_somebody_guesses_the_address_of_a_photo(stage, user):
    """By the file's own address, by the methods that hand files out, and as a public file."""
    from frappe.utils.response import download_private_file
    from werkzeug.exceptions import Forbidden, NotFound

    photo = stage.photo(stage.sealed)
    door = stage.door(user)
    said = []
    for address in (photo.file_url, "/private/files/none-such.jpg"):
        for method in (
            "frappe.handler.download_file",
            "download_file",
            "frappe.utils.file_manager.download_file",
        ):
            answer = door.method(method, file_url=address)
            assert refused(answer), answer
        with pytest.raises((Forbidden, NotFound)) as caught:
            door.run(lambda address=address: download_private_file(address))
        said.append(type(caught.value))
    assert said[0] is said[1]
    public = photo.file_url.replace("/private", "")
    assert refused(door.method("frappe.utils.file_manager.download_file", file_url=public))
    assert not Path(stage.frappe.get_site_path("public", public.lstrip("/"))).exists()
    assert refused(door.rest("GET", f"/api/resource/File/{photo.name}"))
    assert photo.file_url not in str(
        door.rest("GET", "/api/resource/File", fields='["*"]', limit_page_length=0)
    )
    for method, values in (
        (
            "frappe.core.api.file.get_attached_images",
            {"doctype": "Complaint", "names": json.dumps([stage.sealed])},
        ),
        ("frappe.core.api.file.get_files_by_search_text", {"text": stage.sealed}),
        ("frappe.core.api.file.get_files_in_folder", {"folder": "Home/Attachments", "page_length": 10000}),
    ):
        assert photo.file_url not in str(door.method(method, **values)), method


@pytest.mark.parametrize(
    "address",
    [
        "{url}",
        "/private/files/../files/{name}",
        "/files/../../private/files/{name}",
        "/private%2Ffiles%2F{name}",
        "/private/files/./{name}",
        "{site}{url}",
    ],
)
def test_somebody_makes_a_file_row_of_his_own_that_names_another_s_photo(stage, address):
    """Whoever owns a row reads what it points at: so nobody points at what he may not read."""
    photo = stage.photo(stage.sealed)
    url = address.format(
        url=photo.file_url, name=photo.file_url.split("/")[-1], site=stage.frappe.utils.get_url()
    )
    for user in (world.OFFICER, world.COORDINATOR, "stranger@test.example"):
        door = stage.door(user)
        for private in (0, 1):
            row = {"file_url": url, "is_private": private, "file_name": "x.jpg"}
            answers = [
                door.rest("POST", "/api/resource/File", row),
                door.method("frappe.client.insert", doc=json.dumps({"doctype": "File", **row})),
                door.method("upload_file", file_url=url, is_private=private, file_name="x.jpg"),
            ]
            assert all(refused(answer) for answer in answers), answers
    own = stage.door(world.OFFICER).method(
        "frappe.client.insert",
        doc=json.dumps({"doctype": "File", "file_name": "own.txt", "content": "của tôi", "is_private": 1}),
    )
    assert own[0] == 200
    own = own[1]["message"]["name"]
    door = stage.door(world.OFFICER)
    assert refused(door.rest("PUT", f"/api/resource/File/{own}", {"file_url": url}))


def test_somebody_takes_another_s_file_along_by_its_id(stage):
    """As an attachment of a letter, in an archive, copied to an own document."""
    photo = stage.photo(stage.sealed)
    officer = stage.door(world.OFFICER)
    status, todo = officer.rest(
        "POST", "/api/resource/ToDo", {"description": "của tôi", "allocated_to": world.OFFICER}
    )
    assert status == 200, todo
    todo = todo["message"]["data"]["name"]
    answers = [
        officer.method("frappe.core.api.file.zip_files", files=json.dumps([photo.name])),
        officer.method("frappe.core.doctype.file.file.zip_files", files=json.dumps([photo.name])),
        officer.method(
            "frappe.utils.file_manager.add_attachments",
            doctype="ToDo",
            name=todo,
            attachments=json.dumps([photo.name]),
        ),
        officer.method(
            "frappe.core.doctype.communication.email.make",
            doctype="ToDo",
            name=todo,
            content="x",
            subject="x",
            recipients="out@test.example",
            attachments=json.dumps([photo.name]),
        ),
    ]
    assert all(refused(answer) for answer in answers), answers
    assert stage.frappe.db.count("File", {"file_url": photo.file_url}) == 1


@pytest.mark.parametrize("which", ["theirs", "sealed", "missing"])
def test_somebody_uploads_to_a_complaint_of_others(stage, which):
    name = MISSING if which == "missing" else getattr(stage, which)
    before = stage.frappe.db.count("File")
    for user in (world.OFFICER, world.SUPERVISOR, "stranger@test.example"):
        if user == world.SUPERVISOR and which == "theirs":
            continue  # reads it; below
        door = stage.door(user)
        row = {
            "file_name": "x.txt",
            "content": "x",
            "is_private": 1,
            "attached_to_doctype": "Complaint",
            "attached_to_name": name,
        }
        answers = [
            door.rest("POST", "/api/resource/File", row),
            door.method("upload_file", doctype="Complaint", docname=name, file_name="x.txt", is_private=1),
            door.method(
                "frappe.client.attach_file",
                filename="x.txt",
                filedata="x",
                doctype="Complaint",
                docname=name,
                is_private=1,
            ),
        ]
        assert all(refused(answer) for answer in answers), answers
    assert stage.frappe.db.count("File") == before


@pytest.mark.parametrize("user", [world.SUPERVISOR, "viewer.roads@test.example", world.OTHER_OFFICER])
def test_a_reader_uploads_to_a_complaint_that_is_not_his_to_handle(stage, user):
    name = stage.left
    answer = stage.door(user).rest(
        "POST",
        "/api/resource/File",
        {
            "file_name": "x.txt",
            "content": "x",
            "is_private": 1,
            "attached_to_doctype": "Complaint",
            "attached_to_name": name,
        },
    )
    assert refused(answer)


def test_an_officer_uploads_in_public_or_in_the_citizen_s_name(stage):
    officer = stage.door(world.OFFICER)
    row = {
        "file_name": "x.txt",
        "content": "x",
        "attached_to_doctype": "Complaint",
        "attached_to_name": stage.mine,
    }
    assert refused(officer.rest("POST", "/api/resource/File", {**row, "is_private": 0}))
    assert refused(
        officer.rest(
            "POST", "/api/resource/File", {**row, "is_private": 1, "attached_to_field": "citizen_photos"}
        )
    )
    allowed = officer.rest("POST", "/api/resource/File", {**row, "is_private": 1})
    assert allowed[0] == 200


@pytest.mark.parametrize(
    "change",
    [
        {"is_private": 0},
        {"attached_to_field": None},
        {"attached_to_field": "answer_files"},
        {"attached_to_name": None, "attached_to_doctype": None},
        {"attached_to_doctype": "ToDo", "attached_to_name": "x"},
        {"attached_to_doctype": None, "attached_to_name": None, "is_private": 0},
        {"file_url": "/files/other.jpg"},
        {"owner": world.OTHER_OFFICER},
    ],
    ids=str,
)
def test_an_officer_moves_a_citizen_s_photo_so_as_to_publish_or_delete_it(stage, change):
    photo = stage.photo(stage.mine)
    before = stage.frappe.db.get_value("File", photo.name, "*", as_dict=True)
    for user in (world.OFFICER, world.COORDINATOR, world.ADMINISTRATOR):
        door = stage.door(user)
        door.rest("PUT", f"/api/resource/File/{photo.name}", change)
        assert refused(door.rest("DELETE", f"/api/resource/File/{photo.name}"))
        assert refused(
            door.method("frappe.desk.form.utils.remove_attach", fid=photo.name, dt="Complaint", dn=stage.mine)
        )
        after = stage.frappe.db.get_value("File", photo.name, "*", as_dict=True)
        ignored = ("modified", "modified_by", "idx")
        assert {k: v for k, v in before.items() if k not in ignored} == {
            k: v for k, v in after.items() if k not in ignored
        }, user


def test_an_officer_replaces_the_bytes_of_a_citizen_s_photo(stage):
    photo = stage.photo(stage.mine)
    path = Path(stage.frappe.get_site_path(photo.file_url.lstrip("/")))
    before = path.read_bytes()
    officer = stage.door(world.OFFICER)
    answers = [
        officer.method("run_doc_method", dt="File", dn=photo.name, method="optimize_file"),
        officer.method(
            "run_doc_method", dt="File", dn=photo.name, method="save_file", args='{"content": "x"}'
        ),
        officer.method("run_doc_method", dt="File", dn=photo.name, method="make_thumbnail"),
    ]
    assert all(refused(answer) for answer in answers), answers
    officer.method(
        "frappe.client.insert",
        doc=json.dumps(
            {
                "doctype": "File",
                "file_name": path.name,
                "content": "x",
                "is_private": 1,
                "attached_to_doctype": "Complaint",
                "attached_to_name": stage.mine,
            }
        ),
    )
    officer.rest("PUT", f"/api/resource/File/{photo.name}", {"content": "x", "file_name": "y.jpg"})
    assert path.read_bytes() == before


def test_a_file_s_name_carries_a_script_and_a_path(stage):
    """What the citizen's phone calls a photo is not kept; an officer's file name is text wherever it is shown."""
    from phanhoi_app.intake.photos import Upload
    from phanhoi_app.intake.receive import receive

    stage.frappe.set_user("Guest")
    name = '"><img src=x onerror=alert(1)>/../../x.jpg'
    complaint = receive({**world.GOOD}, channel="Web", photos=[Upload(name, picture("blue"))])
    stage.frappe.set_user("Administrator")
    photo = stage.frappe.get_doc("File", {"attached_to_name": complaint.name})
    assert photo.file_name.startswith(complaint.name)
    assert not set("<>\"'/") & set(photo.file_name)


def test_a_file_is_read_by_whoever_reads_the_complaint_and_after_the_end_of_a_part_no_longer(stage):
    """The other way round: those doors open to whom they should."""
    photo = stage.photo(stage.mine)
    door = stage.door(world.OFFICER)
    assert door.method("download_file", file_url=photo.file_url)[0] == 200
    nothing_leaks(stage, door.rest("GET", f"/api/resource/File/{photo.name}"))
    stage.frappe.set_user("Administrator")
    later = stage.frappe.get_doc(
        {
            "doctype": "File",
            "file_name": "sau.txt",
            "content": "ghi chú nội bộ về sau",
            "is_private": 1,
            "attached_to_doctype": "Complaint",
            "attached_to_name": stage.left,
        }
    ).insert()
    assert refused(stage.door(world.OTHER_OFFICER).rest("GET", f"/api/resource/File/{later.name}"))
    assert refused(stage.door(world.OTHER_OFFICER).method("download_file", file_url=later.file_url))
