"""Making the empty data folder of a home's private MariaDB."""

import os
import shutil
from pathlib import Path

from localbench import processes
from localbench.places import Home
from localbench.services import find_program

# Run without a network, before the server is ever reachable: no anonymous user, no test schema, no root from afar.
FIRST_STATEMENTS = """\
USE mysql;
FLUSH PRIVILEGES;
DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '127.0.0.1'));
DELETE FROM mysql.db;
DROP DATABASE IF EXISTS test;
FLUSH PRIVILEGES;
CREATE OR REPLACE USER 'root'@'localhost' IDENTIFIED BY '{password}';
CREATE OR REPLACE USER 'root'@'127.0.0.1' IDENTIFIED BY '{password}';
GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' WITH GRANT OPTION;
GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
FLUSH PRIVILEGES;
"""


def exists(home: Home) -> bool:
    return (home.data / "mariadb" / "mysql").is_dir()


def make(home: Home, log: Path) -> None:
    """Make the data folder beside its place and move it there whole: an interruption leaves no half of one."""
    home.make_folders()
    fresh = home.data / "mariadb.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(home.data / "mariadb", ignore_errors=True)
    as_root = ["--user=root"] if os.geteuid() == 0 else []
    processes.run(
        [
            find_program("mariadb-install-db", "mysql_install_db"),
            "--no-defaults",
            f"--datadir={fresh}",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
            *as_root,
        ],
        log,
        "The database's folder cannot be made",
    )
    password = home.bench.secret("mariadb_root")
    processes.run(
        [find_program("mariadbd", "mysqld"), "--no-defaults", f"--datadir={fresh}", "--bootstrap", *as_root],
        log,
        "The database's root password cannot be set",
        stdin_text=FIRST_STATEMENTS.format(password=password),
    )
    fresh.replace(home.data / "mariadb")
