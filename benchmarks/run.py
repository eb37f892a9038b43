"""Runs the benchmarks on the site that `make benchmark` prepares, prints a table, writes artefacts/benchmark.json.

Options come through ARGS: ``make benchmark ARGS="--only intake,http --seconds 5"``.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

import frappe

from benchmarks import (
    calendar_change,
    history,
    importing,
    intake,
    million,
    outbox,
    over_http,
    province,
    redacting,
    reorganising,
    sweeping,
    webhooks,
)
from localbench.processes import leftovers
from localbench.serve import stack
from localbench.testing import home_from_environment, ports_of

PARTS = ("intake", "redaction", "http", "import", "reorganising", "history", "outbox", "webhooks")
# Minutes and gigabytes: only where `--only` names them.
ASKED_FOR = ("million", "calendar_change", "sweep", "chaos")
ARTEFACTS = Path(__file__).resolve().parent.parent / "artefacts"
# What is wanted: (part, row's name, clients or None, column, lowest, highest)
TARGETS = (
    ("intake", "Complaint", None, "share_of_todo", 1 / 3, None),
    ("intake", "Complaint", None, "statements", None, 25),
    ("redaction", "Text with personal data", None, "per_second", 500, None),
    ("http", "Form", 8, "per_second", 60, None),
    ("http", "Form", 8, "p95_ms", None, 250),
    ("webhooks", "Webhook, signed", 8, "p95_ms", None, 100),
    ("webhooks", None, None, "failures", None, 0),
    ("import", None, None, "per_second", 400, None),
    ("reorganising", None, None, "per_second", 85, None),
    ("history", None, None, "per_second", 5_000, None),
    ("history", None, None, "broken", None, 0),
    ("outbox", "Provider that answers at once", None, "per_second", 300, None),
    ("chaos", None, None, "lost", None, 0),
    ("chaos", None, None, "twice_unmarked", None, 0),
    ("chaos", None, None, "without_reason", None, 0),
    ("calendar_change", None, None, "per_second", 1_700, None),
    ("sweep", "Nothing due", None, "p50_ms", None, 20),
    ("sweep", "Steps due", None, "seconds_for_10000", None, 20),
    ("made", None, None, "per_second", 1_000_000 / 900, None),
    ("sample", None, None, "broken", None, 0),
    ("sample", None, None, "wrong", None, 0),
    ("asked", "officer of a commune: list", None, "p95_ms", None, 60),
)


def main() -> int:
    options = _options()
    home = home_from_environment()
    if home is None or home.name != "benchmark":
        print("The benchmark empties its site: run it with `make benchmark`.", file=sys.stderr)
        return 2
    os.chdir(home.sites)
    frappe.init(site=home.site, sites_path=str(home.sites))
    frappe.connect()
    frappe.local.lang = "vi"
    found: dict = {"machine": _machine(), "begun": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    if "million" in options.only:
        if not million.make.is_there():
            province.clear()
        found |= million.run(options.size, options.keep)
    if set(options.only) & {*PARTS, "chaos"}:
        province.clear()
        province.ensure()
    if "intake" in options.only:
        _say("Complaints through intake, one process …")
        found["intake"] = intake.measure(options.seconds * 3)
    if "redaction" in options.only:
        _say("Redacting …")
        found["redaction"] = redacting.measure(options.seconds / 2)
    if "import" in options.only:
        _say("Importing …")
        with tempfile.TemporaryDirectory() as folder:
            found["import"] = importing.measure(options.rows, Path(folder))
    if "reorganising" in options.only:
        _say("Reorganising …")
        found["reorganising"] = reorganising.measure(options.complaints)
    if "history" in options.only:
        _say("Checking the whole history …")
        found["history"] = history.measure()
    if "outbox" in options.only:
        _say("Messages through the outbox …")
        found["outbox"] = outbox.measure(home, options.messages)
    if "chaos" in options.only:
        _say("The same while everything breaks …")
        found["chaos"] = outbox.chaos(home, options.messages)
    if "calendar_change" in options.only:
        _say("A calendar is changed …")
        province.clear()
        province.ensure()
        found["calendar_change"] = calendar_change.measure(
            options.deadlines, lambda: [pid for pid in leftovers(home.path) if pid != os.getpid()], _say
        )
        province.clear()
    if "sweep" in options.only:
        _say("Sweeps for reminders …")
        province.clear()
        province.ensure()
        found["sweep"] = sweeping.measure(options.deadlines, _say)
        province.clear()
    paths = webhooks.prepare() if "webhooks" in options.only else {}
    frappe.db.commit()
    frappe.destroy()
    if "webhooks" in options.only:
        ports = ports_of(home)
        _say("Webhooks over HTTP …")
        with stack(home, ports, with_data=False, with_scheduler=False):
            found["webhooks"] = webhooks.measure(
                f"http://127.0.0.1:{ports.gunicorn}",
                paths,
                options.seconds,
                lambda: [pid for pid in leftovers(home.path) if pid != os.getpid()],
                options.bodies,
            )
    if "http" in options.only:
        ports = ports_of(home)
        _say("Starting the server …")
        with stack(home, ports, with_data=False, with_scheduler=False):
            _say("The form over HTTP …")
            address = f"http://127.0.0.1:{ports.gunicorn}"
            found["http"] = over_http.measure(
                address,
                home.bench.secret("administrator"),
                options.seconds,
                lambda: [pid for pid in leftovers(home.path) if pid != os.getpid()],
            )
    found["machine"]["load_after"] = os.getloadavg()[0]
    found["targets"] = list(_targets(found))
    print(table(found))
    ARTEFACTS.mkdir(exist_ok=True)
    (ARTEFACTS / "benchmark.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print("\nWritten: artefacts/benchmark.json")
    return 0


def table(found: dict) -> str:
    """The results as text."""
    lines = []
    machine = found["machine"]
    lines.append(
        f"{machine['cores']} cores, Python {machine['python']}, load before {machine['load_before']:.1f}, "
        f"after {machine['load_after']:.1f}"
    )
    if found.get("intake"):
        lines += [
            "",
            f"{'One process, insert + commit':<34}{'per second':>12}{'statements':>12}{'of ToDo':>10}",
        ]
        for row in found["intake"]:
            share = f"{row['share_of_todo']:.2f}" if "share_of_todo" in row else ""
            lines.append(f"{row['name']:<34}{row['per_second']:>12}{row['statements']:>12}{share:>10}")
    if found.get("redaction"):
        lines += ["", f"{'Redaction, of one core':<34}{'letters':>12}{'texts/s':>12}"]
        for row in found["redaction"]:
            lines.append(f"{row['name']:<34}{row['letters']:>12}{row['per_second']:>12}")
    if over := [*found.get("http", []), *found.get("webhooks", [])]:
        lines += [
            "",
            f"{'Over HTTP, gunicorn with 2 processes':<38}{'clients':>8}{'req/s':>8}"
            f"{'p50 ms':>9}{'p95 ms':>9}{'core ms':>9}{'failed':>8}",
        ]
        for row in over:
            lines.append(
                f"{row['name']:<38}{row['clients']:>8}{row['per_second']:>8}{row['p50_ms']:>9}"
                f"{row['p95_ms']:>9}{row['core_ms']:>9}{row['failures']:>8}"
            )
            if row["first_failure"]:
                lines.append(f"    {row['first_failure'][:120]}")
    if found.get("import"):
        lines += ["", f"{'Import':<34}{'rows':>12}{'accepted':>12}{'rows/s':>10}"]
        for row in found["import"]:
            lines.append(f"{row['name']:<34}{row['rows']:>12}{row['accepted']:>12}{row['per_second']:>10}")
    if found.get("reorganising"):
        lines += ["", f"{'Reorganisation':<34}{'complaints':>12}{'seconds':>12}{'per second':>12}"]
        for row in found["reorganising"]:
            lines.append(
                f"{row['name']:<34}{row['complaints']:>12}{row['seconds']:>12}{row['per_second']:>12}"
            )
    if found.get("calendar_change"):
        lines += [
            "",
            f"{'A calendar is changed':<34}{'moved':>12}{'per second':>12}{'list p50':>12}{'p95 ms':>10}",
        ]
        for row in found["calendar_change"]:
            lines.append(
                f"{row['name']:<34}{row['moved']:>12}{row['per_second']:>12}{row['list_p50_ms']:>12}"
                f"{row['list_p95_ms']:>10}"
            )
            lines.append(
                f"    built in {row['build_seconds']} s, moved in {row['seconds']} s ({row['core_ms']} ms of a core each), "
                f"{row['told']} told; "
                f"digest of all {row['digest_seconds']} s, report {row['report_seconds']} s"
            )
    if found.get("history"):
        lines += ["", f"{'Checking the history':<34}{'complaints':>12}{'events':>12}{'events/s':>10}"]
        for row in found["history"]:
            lines.append(
                f"{row['name']:<34}{row['complaints']:>12}{row['events']:>12}{row['per_second']:>10}"
            )
    lines += outbox.lines(found)
    if found.get("sweep"):
        lines += sweeping.lines(found["sweep"])
    if found.get("made"):
        lines += million.lines(found)
    lines.append("")
    for target in found["targets"]:
        lines.append(f"{'reached' if target['reached'] else 'MISSED '}  {target['words']}")
    return "\n".join(lines)


def _targets(found: dict):
    for part, name, clients, column, lowest, highest in TARGETS:
        rows = [
            row
            for row in found.get(part, [])
            if name in (None, row.get("name")) and clients in (None, row.get("clients"))
        ]
        if not rows or rows[0][column] is None:
            continue
        value = max(row[column] for row in rows)
        reached = (lowest is None or value >= lowest) and (highest is None or value <= highest)
        bound = f"at least {lowest:.4g}" if lowest is not None else f"at most {highest:.4g}"
        where = f"{part} {name or ''}".strip() + (f", {clients} clients" if clients else "")
        yield {"words": f"{where}: {column} {value:.4g} ({bound})", "reached": reached}


def _machine() -> dict:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "frappe": frappe.__version__,
        "load_before": os.getloadavg()[0],
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    parser.add_argument(
        "--only", default=",".join(PARTS), help=f"parts, separated by commas; also {', '.join(ASKED_FOR)}"
    )
    parser.add_argument("--seconds", type=float, default=8, help="for each measurement over HTTP")
    parser.add_argument("--rows", type=int, default=6000, help="of the import")
    parser.add_argument("--bodies", type=int, default=10_000, help="wrong ones, of the part webhooks")
    parser.add_argument("--complaints", type=int, default=10_000, help="of the reorganisation")
    parser.add_argument("--messages", type=int, default=5000, help="of the outbox and of the chaos")
    parser.add_argument("--deadlines", type=int, default=50_000, help="of the part calendar_change")
    parser.add_argument("--size", type=int, default=1_000_000, help="complaints of the part million")
    parser.add_argument(
        "--keep", action="store_true", help="what the part million made, for the next run of it"
    )
    options = parser.parse_args()
    options.only = [part.strip() for part in options.only.split(",")]
    if unknown := set(options.only) - {*PARTS, *ASKED_FOR}:
        parser.error(f"unknown part: {', '.join(sorted(unknown))}")
    return options


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
