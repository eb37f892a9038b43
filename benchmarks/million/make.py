"""Builds the complaints: years and numbers first, then chunks of them in several processes, then the indexes again.

Each chunk is one transaction and known by its last complaint, so that a run may be killed and started again. Numbers
are taken from the years' sequences for all of a year at once. Secondary indexes are taken off while rows pour in, and
written down before that: whoever runs it again puts them back.
"""

import json
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import frappe

from benchmarks.million import stories, texts, units
from phanhoi_app.intake import numbers

SHARES = (8, 12, 16, 20, 24, 20)  # of the last six years, this one the last
CHUNK = 4000
TEXTS_A_FIELD = 250
PLAN = "million.json"
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Chunk:
    """Complaints numbered from `first` on, received evenly between two moments."""

    year: int
    first: int
    count: int
    begin: datetime
    end: datetime

    @property
    def last_name(self) -> str:
        """The number of the last complaint."""
        return f"{numbers.PREFIX}-{self.year}-{self.first + self.count - 1:06d}"


def build(size: int, tell=print) -> dict:
    """Build `size` complaints, or go on with those begun.

    Returns {complaints, seconds, per_second, rows: {DocType: number}, bytes}; `seconds` is 0, and `per_second` None,
    when they were all there. Commits.
    """
    begun = time.monotonic()
    units.ensure()
    plan = _plan(size)
    chunks = list(_chunks(plan))
    there = _there(chunks)
    missing = [chunk for chunk in chunks if chunk.last_name not in there]
    if missing:
        _take_off_indexes(plan)
        _in_processes(missing, plan, tell)
    if plan["indexes"]:
        tell("Indexes …")
        _put_back_indexes(plan)
    seconds = time.monotonic() - begun if missing else 0
    for doctype in stories.DOCTYPES if missing else ():
        frappe.db.sql(f"analyze table `tab{doctype}`")
    rows = {doctype: frappe.db.count(doctype) for doctype in stories.DOCTYPES}
    return {
        "complaints": rows["Complaint"],
        "seconds": round(seconds),
        "per_second": round(sum(chunk.count for chunk in missing) / seconds) if missing else None,
        "rows": rows,
        "bytes": _bytes(),
    }


def remove() -> None:
    """Take all complaints of this site away, and the plan. Numbers that were used are not used again."""
    for doctype in stories.DOCTYPES:
        frappe.db.sql_ddl(f"truncate table `tab{doctype}`")
    if is_there():
        _put_back_indexes(json.loads(plan_file().read_text("utf-8")))
        plan_file().unlink()


def plan_file() -> Path:
    """Where the plan is kept: beside the site's other private files."""
    return Path(frappe.get_site_path("private", PLAN))


def is_there() -> bool:
    """Whether some of it is on this site."""
    return plan_file().exists()


def _plan(size: int) -> dict:
    if is_there():
        plan = json.loads(plan_file().read_text("utf-8"))
        if plan["size"] == size:
            return plan
        raise SystemExit(f"There are {plan['size']} made-up complaints already: --size {plan['size']}.")
    today = frappe.utils.now_datetime().replace(microsecond=0)
    years = range(today.year - len(SHARES) + 1, today.year + 1)
    counts = [size * share // sum(SHARES) for share in SHARES]
    counts[-1] += size - sum(counts)
    plan = {"size": size, "today": today.isoformat(), "indexes": {}, "years": {}}
    for year, count in zip(years, counts, strict=True):
        numbers.ensure_sequence(year)
        first = frappe.db.sql(f"select nextval(`{numbers.sequence_name(year)}`)")[0][0]
        # The sequence now stands at the last number that is used here; it never goes back.
        frappe.db.sql(f"select setval(`{numbers.sequence_name(year)}`, {first + count - 1}, 1)")
        plan["years"][year] = [first, count]
    _keep(plan)
    return plan


def _keep(plan: dict) -> None:
    new = plan_file().with_suffix(".new")
    new.write_text(json.dumps(plan), "utf-8")
    new.replace(plan_file())


def _chunks(plan: dict) -> Iterator[Chunk]:
    today = datetime.fromisoformat(plan["today"])
    for year, (first, count) in plan["years"].items():
        begin, end = datetime(int(year), 1, 1), min(datetime(int(year) + 1, 1, 1), today)
        step = (end - begin) / count
        for done in range(0, count, CHUNK):
            size = min(CHUNK, count - done)
            yield Chunk(int(year), first + done, size, begin + step * done, begin + step * (done + size))


def _there(chunks: list[Chunk]) -> set[str]:
    names = [chunk.last_name for chunk in chunks]
    return {row[0] for row in frappe.db.sql("select name from `tabComplaint` where name in %s", (names,))}


def _in_processes(chunks: list[Chunk], plan: dict, tell) -> None:
    global _teller
    begun = time.monotonic()
    _teller = stories.Teller(texts.pool(TEXTS_A_FIELD), datetime.fromisoformat(plan["today"]))
    frappe.db.commit()
    frappe.db.close()
    total, done = sum(chunk.count for chunk in chunks), 0
    try:
        with multiprocessing.get_context("fork").Pool(os.cpu_count() or 1, _begin) as processes:
            for count in processes.imap_unordered(_write, chunks):
                done += count
                rate = done / (time.monotonic() - begun)
                tell(f"\r{done:>9,} of {total:,} · {rate:,.0f} a second", end="")
    finally:
        tell("")
        frappe.connect(set_admin_as_user=False)


_teller: stories.Teller  # made before the processes, which inherit it


def _begin() -> None:
    frappe.local.conf.local_infile = 1
    frappe.connect(set_admin_as_user=False)
    # What is built here is loaded once, in order; all of it is written by whoever it says.
    frappe.db.sql("set session foreign_key_checks = 0")


def _write(chunk: Chunk) -> int:
    chance = random.Random(f"{chunk.year}-{chunk.first}")
    step = (chunk.end - chunk.begin) / chunk.count
    with tempfile.TemporaryDirectory() as folder:
        files: dict = {}
        columns: dict[str, list[str]] = {}
        counts = dict.fromkeys(stories.DOCTYPES, 0)
        for number in range(chunk.count):
            at = (chunk.begin + step * (number + chance.random() * 0.9)).replace(microsecond=0)
            name = f"{numbers.PREFIX}-{chunk.year}-{chunk.first + number:06d}"
            for doctype, rows in _teller.tell(chance, name, at).items():
                for row in rows:
                    if doctype not in files:
                        files[doctype] = (Path(folder) / doctype).open("w", encoding="utf-8", newline="")
                        columns[doctype] = list(row)
                    assert row.keys() == dict.fromkeys(columns[doctype]).keys(), (doctype, row)
                    files[doctype].write("\t".join(map(_cell, map(row.get, columns[doctype]))) + "\n")
                    counts[doctype] += 1
        for doctype, file in files.items():
            file.close()
            _load(doctype, columns[doctype], file.name, counts[doctype])
    frappe.db.commit()
    return chunk.count


def _load(doctype: str, columns: list[str], path: str, count: int) -> None:
    frappe.db.sql(
        f"""load data local infile '{path}' into table `tab{doctype}` character set utf8mb4
        ({", ".join(f"`{column}`" for column in columns)})"""
    )
    # A local file is loaded as by `insert ignore`: what was left out does not raise by itself.
    if (loaded := frappe.db._cursor.rowcount) != count:
        raise RuntimeError(f"{doctype}: {loaded} of {count} rows were loaded.")


def _cell(value) -> str:
    if value is None:
        return "\\N"
    return value.translate(ESCAPED) if type(value) is str else str(value)


def _take_off_indexes(plan: dict) -> None:
    for doctype in stories.DOCTYPES:
        if plan["indexes"].get(doctype):
            continue
        found: dict[str, list[str]] = {}
        for row in frappe.db.sql(f"show index from `tab{doctype}`", as_dict=True):
            if row.Non_unique:
                length = f"({row.Sub_part})" if row.Sub_part else ""
                found.setdefault(row.Key_name, []).append(f"`{row.Column_name}`{length}")
        if not found:
            continue
        plan["indexes"][doctype] = {name: ", ".join(columns) for name, columns in found.items()}
        _keep(plan)
        drops = ", ".join(f"drop index if exists `{name}`" for name in found)
        frappe.db.sql_ddl(f"alter table `tab{doctype}` {drops}")


def _put_back_indexes(plan: dict) -> None:
    for doctype, indexes in list(plan["indexes"].items()):
        adds = ", ".join(f"add index if not exists `{name}` ({columns})" for name, columns in indexes.items())
        frappe.db.sql_ddl(f"alter table `tab{doctype}` {adds}")
        del plan["indexes"][doctype]
        _keep(plan)


def _bytes() -> int:
    """Of the tables' files."""
    tables = [f"tab{doctype}" for doctype in stories.DOCTYPES]
    query = """select sum(file_size) from information_schema.innodb_sys_tablespaces
        where name in %s"""
    names = [f"{frappe.conf.db_name}/{table.replace(' ', '@0020')}" for table in tables]
    try:
        return int(frappe.db.sql(query, (names,))[0][0] or 0)
    except Exception:  # the database's user may not look there
        query = """select sum(data_length + index_length) from information_schema.tables
            where table_schema = database() and table_name in %s"""
        return int(frappe.db.sql(query, (tables,))[0][0] or 0)
