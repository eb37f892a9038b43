"""Removing the app: what it and its use have left elsewhere goes too; a dry run removes nothing."""

from pathlib import Path

from helpers import pictures

from phanhoi_app import install, uninstall
from phanhoi_app.intake import numbers
from phanhoi_app.intake.photos import Upload


def test_a_dry_run_removes_nothing(site, file_one):
    """The framework calls the same hooks in a dry run, with everything still in place."""
    complaint = file_one()
    uninstall.after_uninstall()
    assert site.db.exists("Workflow", {"document_type": "Complaint"})
    assert site.db.exists("Complaint", complaint.name)
    assert numbers.next_number(2026).startswith("PA-2026-")


def test_photos_go_from_the_disk_unless_something_else_has_them(site, file_one):
    photos = [
        Upload("a.jpg", pictures.jpeg((60, 40), "olive")),
        Upload("b.jpg", pictures.jpeg((61, 41), "olive")),
    ]
    complaint = file_one(photos=photos)
    rows = site.get_all(
        "File",
        {"attached_to_doctype": "Complaint", "attached_to_name": complaint.name},
        ["file_url", "file_name"],
    )
    gone, kept = (Path(site.get_site_path(row.file_url.lstrip("/"))) for row in rows)
    other = site.new_doc("File", file_name="note.txt", is_private=1, content="x").insert()
    site.db.set_value("File", other.name, "file_url", rows[1].file_url)
    mine = {"attached_to_doctype": "Complaint", "attached_to_name": complaint.name}
    assert gone.exists() and kept.exists()
    uninstall.remove_files(mine)
    assert not gone.exists() and kept.exists()
    assert not site.db.exists("File", mine)


def test_settings_and_traces_go_so_that_a_new_installation_starts_anew(site, file_one):
    complaint = file_one()
    complaint.add_comment("Comment", "Đã gọi điện.")
    uninstall.remove_traces()
    assert not site.db.exists("Comment", {"reference_doctype": "Complaint"})
    assert not site.db.sql("select 1 from tabSingles where doctype = 'Phanhoi Settings'")
    assert not site.get_all("Scheduled Job Type", {"method": ["like", "phanhoi_app.%"]})


def test_the_sites_own_name_and_logo_stay(site):
    site.db.set_single_value("System Settings", "app_name", "Tỉnh ta")
    site.db.set_single_value("Website Settings", "app_name", install.BRAND)
    site.db.set_single_value("Website Settings", "app_logo", install.LOGO)
    uninstall.take_back_the_brand()
    assert site.db.get_single_value("System Settings", "app_name") == "Tỉnh ta"
    assert site.db.get_single_value("Website Settings", "app_name") == "Frappe"
    assert not site.db.get_single_value("Website Settings", "app_logo")
    site.db.rollback()
    site.db.value_cache.clear()
