"""`make test` and `make benchmark`: a home of their own, its data servers, and the program that does the work."""

import os
import subprocess
import sys
from collections.abc import Sequence

from localbench import processes, services, setup, sites
from localbench.errors import BenchError
from localbench.places import CHECKOUT, Bench, Home, read_json

RESERVED = ("run", "benchmark")


def variables(home: Home) -> dict[str, str]:
    """By these the tests and the benchmark find the bench."""
    return sites.environment(
        home,
        LOCALBENCH_ROOT=str(home.bench.root),
        LOCALBENCH_NAME=home.name,
        LOCALBENCH_FRAPPE=str(home.bench.frappe_checkout or ""),
        PHANHOI_SITE=home.site,
        PHANHOI_SITES_PATH=str(home.sites),
        PYTHONPATH=str(CHECKOUT),
        PATH=f"{home.bench.env / 'bin'}:{os.environ.get('PATH', '')}",
    )


def _run(home: Home, command: Sequence[object]) -> int:
    """Run a program in the foreground, its output untouched; Ctrl-C reaches it as it would without us."""
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=CHECKOUT,
        env=variables(home),
        stdin=subprocess.DEVNULL,
        preexec_fn=processes.die_with_parent(),
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        try:
            process.wait(30)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            processes.stop(process, 5)
        raise


def _with_servers(home: Home, purpose: str, command: Sequence[object]) -> int:
    with services.owning(home, purpose):
        ports = services.Ports.choose()
        services.configure(home, ports)
        started = services.start_all(home, ports)
        try:
            sites.serve_as(home, ports.web)
            sys.stdout.flush()
            return _run(home, command)
        finally:
            services.stop_all(started)
            processes.sweep(home.path)


def run_tests(bench: Bench, name: str, arguments: Sequence[str]) -> int:
    """Run pytest on the test site; return its exit code, its own closing line being the last."""
    if name in RESERVED or not name.isidentifier():
        raise BenchError(f"TEST={name} cannot name a test site; use letters and digits.")
    home = bench.home(name)
    setup.prepare(bench, home, "test", browser=True)
    return _with_servers(home, "test", [bench.env_python, "-m", "pytest", *arguments])


def run_benchmark(bench: Bench, arguments: Sequence[str]) -> int:
    """Run benchmarks/run.py on a site of its own; return its exit code."""
    script = CHECKOUT / "benchmarks" / "run.py"
    if not script.exists():
        raise BenchError("This version of the project has no benchmark.")
    home = bench.home("benchmark")
    setup.prepare(bench, home, "benchmark")
    return _with_servers(home, "benchmark", [bench.env_python, script, *arguments])


def home_from_environment() -> Home | None:
    """The home that `make test` or `make benchmark` runs us for; None outside them."""
    root = os.environ.get("LOCALBENCH_ROOT")
    if not root:
        return None
    from pathlib import Path

    checkout = os.environ.get("LOCALBENCH_FRAPPE")
    return Bench(Path(root), Path(checkout) if checkout else None, sys.executable).home(
        os.environ["LOCALBENCH_NAME"]
    )


def ports_of(home: Home) -> services.Ports:
    """The ports of the home's running servers."""
    return services.Ports(**read_json(home.run / "ports.json"))
