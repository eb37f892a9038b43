"""The restoring of Frappe from the registry's package: the renaming undone, and nothing else changed."""

import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localbench import restore
from localbench.errors import BenchError

UPSTREAM = st.lists(
    st.sampled_from(
        ["FRAPPE", "Frappe", "frappe", "ERPNext", "erpnext", "bench_helper", "_", ".", " ", "é", "x"]
    )
).map("".join)


def renamed(text: str) -> str:
    """The renaming as the package's maker did it, for texts made of upstream's names."""
    for upstream, given_name in (
        ("FRAPPE", "CRISCOSTACK"),
        ("Frappe", "Criscostack"),
        ("frappe", "criscostack"),
        ("ERPNext", "Criscoerp"),
        ("erpnext", "criscoerp"),
        ("bench_helper", "brik_helper"),
    ):
        text = text.replace(upstream, given_name)
    return text


@given(UPSTREAM)
def test_restoring_undoes_the_renaming(text):
    assert restore.restore_text(renamed(text)) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])).filter(lambda t: "risco" not in t.lower()))
def test_text_without_the_other_name_is_left_alone(text):
    if "brik_helper" not in text:
        assert restore.restore_text(text) == text


@pytest.mark.parametrize(
    ("given_text", "upstream"),
    [
        ("import criscostack.utils.brik_helper", "import frappe.utils.bench_helper"),
        ("CRISCOSTACK_SITE", "FRAPPE_SITE"),
        ("Criscostack Technologies", "Frappe Technologies"),
        ("Criscoerp and CriscoERP", "ERPNext and ERPNext"),
        ("crisco.io, Crisco, CRISCO", "frappe.io, Frappe, FRAPPE"),
    ],
)
def test_longer_names_come_before_the_shorter_ones_that_they_contain(given_text, upstream):
    assert restore.restore_text(given_text) == upstream


def test_binary_files_are_not_touched():
    picture = b"\x89PNG criscostack \xff\xfe"
    assert restore.restore_content(picture) == picture
    assert restore.restore_content("criscostack é".encode()) == "frappe é".encode()


def wheel(folder, entries):
    path = folder / "criscostack-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def test_paths_are_restored_and_what_does_not_belong_is_left_out(tmp_path):
    made = wheel(
        tmp_path,
        {
            "criscostack/utils/brik_helper.py": "criscostack",
            "criscostack/.DS_Store": "x",
            "criscostack/criscostackclient.py": "",
            "criscostack-1.0.0.dist-info/METADATA": "Name: criscostack\nRequires-Dist: Click~=8.1\n\nbody\n",
        },
    )
    assert dict(restore.restored_files(made)) == {
        PurePosixPath("frappe/utils/bench_helper.py"): b"frappe",
        PurePosixPath("frappe/frappeclient.py"): b"",
    }
    assert restore.requirements(made) == ["Click~=8.1"]


def test_a_path_that_leads_outside_is_refused(tmp_path):
    made = wheel(tmp_path, {"criscostack/../../etc/passwd": "x"})
    with pytest.raises(BenchError, match="leads outside"):
        list(restore.restored_files(made))


def test_another_wheel_is_refused_and_deleted(tmp_path):
    made = wheel(tmp_path, {"criscostack/__init__.py": "print('surprise')"})
    with pytest.raises(BenchError, match="not the expected one"):
        restore.verify_wheel(made)
    assert not made.exists()


def test_object_ids_are_gits_own():
    assert restore.git_blob_id(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert restore.git_blob_id(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


def test_the_tree_digest_sees_content_names_and_missing_files(tmp_path):
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    first = restore.tree_digest(tmp_path)
    (tmp_path / "b").write_text("3")
    second = restore.tree_digest(tmp_path)
    (tmp_path / "b").rename(tmp_path / "c")
    third = restore.tree_digest(tmp_path)
    (tmp_path / "c").unlink()
    assert len({first, second, third, restore.tree_digest(tmp_path)}) == 4


def test_the_pinned_requirement_and_the_pinned_checksum_are_the_same():
    text = restore.REQUIREMENT.read_text()
    assert f"--hash=sha256:{restore.WHEEL_SHA256}" in text and text.startswith(f"{restore.PACKAGE}==1.0.0 ")
