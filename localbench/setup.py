"""Set-up of a bench: everything that its homes share, then a home."""

from collections.abc import Sequence

from localbench import bundles, checkout, machine, packages, processes, pyenv, restore, services, sites, twins
from localbench.errors import BenchError
from localbench.places import APP, CHECKOUT, Bench, Home, digest_of, link
from localbench.steps import Progress, Step, perform


def frappe_fingerprint(bench: Bench) -> str:
    """Names the Frappe that the bench holds."""
    if bench.frappe_checkout:
        return checkout.fingerprint(bench.frappe_checkout)
    return digest_of(restore.WHEEL_SHA256, restore.TREE_SHA256)


def bench_steps(bench: Bench, browser: bool) -> list[Step]:
    """The steps for what all homes share, in order."""
    state = bench.root / "state"

    def stamp(name: str):
        return state / f"{name}.json"

    def python_fingerprint() -> str:
        return digest_of(bench.python, str(bench.root))

    building = bool(bench.frappe_checkout and checkout.needs_mysqlclient(bench.frappe_checkout))

    def system_packages() -> list[str]:
        return packages.missing(browser, building)

    first = [
        Step(
            "packages",
            "Installing Debian packages",
            40,
            lambda: packages.install(system_packages(), bench.setup_log),
            needed=lambda: bool(system_packages()),
        ),
        Step(
            "uv",
            "Installing the package installer",
            5,
            lambda: pyenv.install_uv(bench),
            fingerprint=lambda: digest_of(pyenv.LOCKS / "uv.txt", str(bench.root)),
            needed=lambda: not bench.uv.exists(),
            stamp=stamp("uv"),
        ),
    ]
    return first + (
        checkout.steps(bench, stamp)
        if bench.frappe_checkout
        else wheel_steps(bench, stamp, python_fingerprint)
    )


def wheel_steps(bench: Bench, stamp, python_fingerprint) -> list[Step]:
    """Frappe restored from the registry, its Python packages and its assets."""

    def environment() -> None:
        pyenv.install_locked(bench)
        pyenv.install_apps(bench)
        pyenv.check(bench)

    return [
        Step(
            "frappe",
            "Fetching, verifying and restoring Frappe",
            10,
            lambda: restore.restore(bench),
            fingerprint=lambda: frappe_fingerprint(bench),
            needed=lambda: not (bench.frappe / "pyproject.toml").exists(),
            stamp=stamp("frappe"),
            exclusive=True,
        ),
        Step(
            "python",
            "Installing Python packages",
            30,
            environment,
            fingerprint=lambda: digest_of(pyenv.REQUIREMENTS, python_fingerprint()),
            needed=lambda: not bench.env_python.exists(),
            stamp=stamp("python"),
            exclusive=True,
        ),
        Step(
            "npm",
            "Installing npm packages",
            20,
            lambda: bundles.install_packages(bench),
            fingerprint=lambda: digest_of(bundles.SOURCE / "package-lock.json"),
            needed=lambda: not (bench.root / "node" / "node_modules").is_dir(),
            stamp=stamp("npm"),
            exclusive=True,
        ),
        Step(
            "assets",
            "Building the desk's assets",
            15,
            lambda: bundles.build(bench),
            fingerprint=lambda: digest_of(frappe_fingerprint(bench), bundles.bundle_fingerprint()),
            needed=lambda: not (bench.assets / "assets.json").exists(),
            stamp=stamp("assets"),
        ),
    ]


def check_machine(bench: Bench) -> None:
    """Raise BenchError for what would make set-up fail later on."""
    machine.check_path(CHECKOUT)
    made = (bench.root / "state" / "assets.json").exists()
    machine.check_disk(bench, machine.DISK_FOR_RUNNING if made else machine.DISK_FOR_SETUP)
    if bench.frappe_checkout:
        checkout.check(bench)
    else:
        machine.check_python(bench.python)
        machine.check_node()


def refuse_if_used(bench: Bench, step: Step) -> None:
    """Raise BenchError if the step would change what a running site of this bench is using."""
    if not step.exclusive:
        return
    homes = [bench.home("run"), *(bench.home(path.name) for path in (bench.root / "homes").glob("*"))]
    for home in homes:
        if holder := services.holder(home):
            raise BenchError(
                f"{step.title} would disturb `make {holder['purpose']}` (process {holder['pid']}), which is using "
                "this bench. Stop it, then run the same command again."
            )


def prepare(
    bench: Bench,
    home: Home,
    purpose: str,
    browser: bool = False,
    demo: bool = False,
    copies: Sequence[Home] = (),
) -> None:
    """Make whatever the bench, the home and its copies lack. Only one set-up works on a bench at a time."""
    check_machine(bench)
    for folder in (bench.root, bench.apps, bench.root / "logs"):
        folder.mkdir(parents=True, exist_ok=True)
    link(bench.apps / APP, CHECKOUT)
    try:
        with processes.lock(bench.root / "run" / "setup.lock", purpose):
            processes.workplace = bench.root
            processes.sweep(bench.root, processes.WORK_MARK)
            shared = bench_steps(bench, browser)
            of_home = 5 + (1 if demo and sites.has_command("phanhoi-demo") else 0)
            progress = Progress(len(shared) + of_home + len(copies))
            perform(shared, progress, guard=lambda step: refuse_if_used(bench, step))
            bundles.link_public(bench)
            sites.make_ready(home, frappe_fingerprint(bench), progress, len(shared), demo, purpose)
            twins.make_ready(home, copies, purpose, progress, len(shared) + of_home)
    except processes.Held as held:
        raise BenchError(
            f"Another set-up (`make {held.holder or '?'}`) is working on {bench.root}. Wait until it has finished."
        ) from None
