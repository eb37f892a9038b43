"""The database's own lock on the history: made where it may be, missed in words where not, restored with a backup."""

import os
import subprocess
from contextlib import contextmanager

import pytest

from phanhoi_app import install
from phanhoi_app.history import triggers, verify

OTHER = "t_restored"  # another site's database and its user
# As docs/operators/install.md gives it.
PORTABLE = r"s#/\*!50017 DEFINER=[^*]*\*/##"


@pytest.fixture
def as_root(home):
    """``as_root("drop …")`` carries out SQL as the database's administrator; returns what it prints."""
    from localbench.testing import ports_of

    def sql(statements: str) -> str:
        return mariadb(
            "root", home.bench.secret("mariadb_root"), ports_of(home).mariadb, "-Ne", statements
        ).stdout

    return sql


def mariadb(user: str, password: str, port: int, *arguments: str, **options):
    return subprocess.run(  # noqa: S603
        ["mysql", "-u", user, "-h", "127.0.0.1", "-P", str(port), *arguments],  # noqa: S607
        env={**os.environ, "MYSQL_PWD": password},
        check=options.pop("check", True),
        capture_output=True,
        text=True,
        **options,
    )


@contextmanager
def a_connection_of_its_own(site):
    """What a user may do is looked up when he connects."""
    before = site.local.db
    site.connect(set_admin_as_user=False)
    try:
        yield
    finally:
        site.db.close()
        site.local.db = before


def test_the_lock_is_made_again_and_its_absence_is_said(site):
    assert triggers.missing() == [] and triggers.warning() == ""
    triggers.drop()
    try:
        assert sorted(triggers.missing()) == sorted(triggers.TRIGGERS)
        assert "chưa có khóa" in triggers.warning()
        assert "chưa có khóa" in "\n".join(verify.summary(verify.Report()))
    finally:
        install.set_up()
    assert triggers.missing() == []
    assert triggers.ensure(), "a second time does no harm"


def test_without_the_right_to_make_triggers_the_app_is_installed_and_says_so(site, as_root, capsys):
    database = site.conf.db_name
    host = as_root(f"select host from mysql.user where user = '{database}'").strip()
    account = f"'{database}'@'{host}'"
    triggers.drop()
    as_root(f"revoke trigger on `{database}`.* from {account}")
    try:
        with a_connection_of_its_own(site):
            assert not triggers.ensure()
            install.set_up()
            assert "chưa có khóa" in capsys.readouterr().out
            assert "chưa có khóa" in "\n".join(verify.summary(verify.Report()))
    finally:
        as_root(f"grant trigger on `{database}`.* to {account}")
        with a_connection_of_its_own(site):
            assert triggers.ensure()
        site.db.delete("Error Log", {"method": "The history has no lock in the database"})
        site.db.commit()


def test_the_table_can_still_be_altered(site):
    site.db.sql_ddl("alter table `tabComplaint Event` add column t_tried int")
    site.db.sql_ddl("alter table `tabComplaint Event` drop column t_tried")
    assert triggers.missing() == []


def test_a_backup_is_restored_into_another_database_with_its_lock(site, home, as_root, file_one):
    """As the framework does it: dumped and read in by the site's own users. The definer has to go."""
    from localbench.testing import ports_of

    port, conf = ports_of(home).mariadb, site.conf
    dump = subprocess.run(  # noqa: S603
        ["mysqldump", "--single-transaction", "-u", conf.db_name, "-h", "127.0.0.1", "-P", str(port), conf.db_name],  # noqa: S607
        env={**os.environ, "MYSQL_PWD": conf.db_password},
        check=True,
        capture_output=True,
        text=True,
    ).stdout  # fmt: skip
    portable = subprocess.run(["sed", PORTABLE], input=dump, check=True, capture_output=True, text=True)  # noqa: S603, S607
    as_root(
        f"drop database if exists {OTHER}; create database {OTHER}; "
        f"create or replace user {OTHER}@'%' identified by 'x'; grant all on {OTHER}.* to {OTHER}@'%'"
    )
    try:
        mariadb(OTHER, "x", port, OTHER, input=portable.stdout)
        count = "select count(*) from information_schema.tables where table_schema = "
        assert as_root(f"{count} '{OTHER}'") == as_root(f"{count} '{conf.db_name}'")
        as_root(f"insert into {OTHER}.`tabComplaint Event` (name, complaint, sequence) values ('x', 'x', 1)")
        refused = mariadb(
            OTHER, "x", port, OTHER, "-e", "delete from `tabComplaint Event` where name = 'x'", check=False
        )
        assert triggers.SENTENCE in refused.stderr
    finally:
        as_root(f"drop database {OTHER}; drop user {OTHER}@'%'")
