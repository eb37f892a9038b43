"""The commands behind the Makefile: each ends in success, or in one clear sentence and a non-zero exit."""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from localbench import checkout, machine, processes, pyenv, restore, serve, services, setup, sites, testing
from localbench.errors import BenchError
from localbench.places import CHECKOUT, Bench, Home, read_json

DEFAULT_PORT = 8000


def bench_from(options: argparse.Namespace) -> Bench:
    """The bench that the FRAPPE setting chooses."""
    python = os.environ.get("PYTHON") or sys.executable
    if "/" not in python:
        python = shutil.which(python) or python
    if options.frappe:
        source = Path(options.frappe).expanduser().resolve()
        return Bench(CHECKOUT / checkout.bench_folder(source), source, python)
    return Bench(CHECKOUT / ".bench", None, python)


def do_setup(options: argparse.Namespace) -> None:
    bench = bench_from(options)
    setup.prepare(bench, bench.home("run"), "setup", demo=True)
    print("Set-up is complete. `make run` serves the site.")


def do_run(options: argparse.Namespace) -> None:
    bench = bench_from(options)
    home = bench.home("run")
    if (by := services.holder(home)).get("purpose") == "run":
        port = read_json(home.run / "ports.json").get("web")
        raise BenchError(
            f"The site is being served already, at http://127.0.0.1:{port} (process {by['pid']})."
        )
    machine.check_port(options.port)
    setup.prepare(bench, home, "run", demo=True)
    machine.check_port(options.port)
    print("Starting …", flush=True)
    serve.serve(home, options.port)


def do_test(options: argparse.Namespace) -> int:
    return testing.run_tests(bench_from(options), options.site, options.arguments)


def do_benchmark(options: argparse.Namespace) -> int:
    return testing.run_benchmark(bench_from(options), options.arguments)


def do_bench(options: argparse.Namespace) -> int:
    """One of Frappe's own commands on the site of `make run`, whether that runs or not."""
    bench = bench_from(options)
    home: Home = bench.home(options.site or "run")
    setup.prepare(bench, home, "bench")
    with services.running(home, "bench"):
        command = sites.command(home, *options.arguments)
        return subprocess.run(command, cwd=home.sites, env=sites.environment(home)).returncode


def do_import(options: argparse.Namespace) -> int:
    """Bring complaints from a CSV file through the app's own command."""
    files = [Path(name).expanduser().resolve() for name in (options.file, options.map)]
    for path, setting in zip(files, ("FILE", "MAP"), strict=True):
        if not path.is_file():
            raise BenchError(
                f"{setting}={path} is not a file. Give `make import FILE=cases.csv MAP=map.json`."
            )
    if not sites.has_command("phanhoi-import"):
        raise BenchError("This version of the app has no import command.")
    options.site = "run"
    options.arguments = ["phanhoi-import", str(files[0]), "--map", str(files[1])]
    return do_bench(options)


def do_clean(options: argparse.Namespace) -> None:
    """Remove the bench folder after asking. Nothing outside it is touched."""
    bench = bench_from(options)
    if not bench.root.exists():
        print(f"There is no {bench.root.name} to remove.")
        return
    homes = [bench.home("run"), *(bench.home(path.name) for path in (bench.root / "homes").glob("*"))]
    for home in homes:
        with services.owning(home, "clean"):
            pass
    if not options.yes:
        if not sys.stdin.isatty():
            raise BenchError(f"{bench.root} was not removed: there is nobody to ask. Use `make clean YES=1`.")
        answer = input(f"Remove {bench.root} with all sites and their data? Type yes to confirm: ")
        if answer.strip().lower() not in ("yes", "y"):
            print("Nothing was removed.")
            return
    shutil.rmtree(bench.root)
    print(f"{bench.root} was removed.")


def do_lock(options: argparse.Namespace) -> None:
    """For maintainers: choose the newest fitting versions of the Python packages again."""
    bench = bench_from(options)
    pyenv.lock(bench, restore.requirements(restore.download(bench)))
    print(f"{pyenv.REQUIREMENTS.relative_to(CHECKOUT)} is written anew.")


def do_blobs(options: argparse.Namespace) -> None:
    """Print "git-object-id path" of each restored file, to compare with upstream's `git ls-tree -r`."""
    root = bench_from(options).frappe
    for path in sorted(path for path in (root / "frappe").rglob("*") if path.is_file()):
        inside = path.relative_to(root)
        if "__pycache__" not in inside.parts and not inside.as_posix().startswith("frappe/public/dist/"):
            print(restore.git_blob_id(path.read_bytes()), inside.as_posix())


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python3 -m localbench", description=__doc__)
    found.add_argument("--frappe", default=os.environ.get("FRAPPE", ""), help="an official Frappe checkout")
    verbs = found.add_subparsers(dest="verb", required=True)

    def verb(name: str, do: Callable, text: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text)
        made.set_defaults(do=do)
        return made

    verb("setup", do_setup, "make what is missing, without serving")
    verb("run", do_run, "set up and serve").add_argument("--port", type=port_number, default=DEFAULT_PORT)
    test = verb("test", do_test, "run the test suite on a site of its own")
    test.add_argument("--site", default="test", help="name of the test site")
    measure = verb("benchmark", do_benchmark, "measure")
    bench = verb("bench", do_bench, "one of Frappe's commands")
    bench.add_argument("--site", default="run")
    for made in (
        test,
        measure,
        bench,
    ):  # through the environment, so that make need not quote what holds quotes
        made.add_argument(
            "--arguments", default=os.environ.get("ARGS", ""), help="its arguments, in one string"
        )
    bring = verb("import", do_import, "bring complaints from a CSV file")
    bring.add_argument("--file", required=True)
    bring.add_argument("--map", required=True)
    verb("clean", do_clean, "remove the bench").add_argument("--yes", action="store_true")
    verb("lock", do_lock, "lock the Python packages anew")
    verb("blobs", do_blobs, "git object ids of the restored Frappe")
    return found


def split(text: str) -> list[str]:
    """The words of a command line; BenchError if a quote is not closed."""
    try:
        return shlex.split(text)
    except ValueError:
        raise BenchError(f"ARGS={text} has a quote that is not closed.") from None


def port_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BenchError(f"PORT={text} is not a number; choose one from 1024 to 65535.") from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    serve.end_as_by_ctrl_c()
    try:
        options = parser().parse_args(arguments)
        if isinstance(getattr(options, "arguments", None), str):
            options.arguments = split(options.arguments)
        return options.do(options) or 0
    except BenchError as error:
        details = f"\nDetails: {os.path.relpath(error.log)}" if error.log else ""
        print(f"\nError: {error.sentence}{details}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing is lost, the same command goes on from here.", file=sys.stderr)
        return 130
    except OSError as error:
        sentence = processes.explain(
            "The bench cannot go on", f"{error.strerror or error} {error.filename or ''}"
        )
        print(f"\nError: {sentence}", file=sys.stderr)
        return 1
