"""What the tests stand on: a site (tests/site), a server and a browser (tests/browser). tests/rules needs neither.

`make test` prepares a bench and names it in the environment. Without it, tests that need a site are skipped with
the command to type, and `pytest tests/rules` runs anywhere.
"""

import contextlib
import os
import sys
from pathlib import Path

import pytest
from helpers.windows import PATIENCE, picture, watch

sys.path.insert(0, str(Path(__file__).parents[1]))  # for localbench, which nothing installs
if "PYTEST_XDIST_WORKER" in os.environ:  # before anything reads which home it is
    from localbench.testing import enter_own_home

    enter_own_home()

NEEDS_BENCH = "needs a bench: run `make test ARGS=...` instead of pytest"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def home():
    """The bench's home that `make test` prepared for this run; its data servers are running."""
    from localbench.testing import home_from_environment

    if (found := home_from_environment()) is None:
        pytest.skip(NEEDS_BENCH)
    return found


@pytest.fixture(scope="session")
def site_session(home):
    """Frappe, initialised and connected to the test site, once for all tests of this process."""
    import frappe

    before = Path.cwd()
    os.chdir(home.sites)  # Frappe finds its own files by paths relative to the sites folder
    frappe.init(site=home.site, sites_path=str(home.sites))
    frappe.connect()
    frappe.flags.in_test = True
    frappe.flags.mute_emails = True
    yield frappe
    frappe.destroy()
    os.chdir(before)


@pytest.fixture
def site(site_session):
    """The ``frappe`` module on the test site, as Administrator; what the test wrote is rolled back after it.

    A test that must commit (because another process reads what it wrote) cleans up after itself.
    """
    frappe = site_session
    _fresh(frappe)
    yield frappe
    frappe.db.rollback()
    _fresh(frappe)


def _fresh(frappe) -> None:
    """Forget what the last test left in the process: user, language, messages, caches of this request."""
    frappe.db.rollback()
    frappe.set_user("Administrator")
    frappe.local.lang = "vi"
    frappe.flags.in_test = True
    frappe.flags.mute_emails = True
    for name in ("message_log", "error_log", "debug_log"):
        if hasattr(frappe.local, name):
            getattr(frappe.local, name).clear()
    frappe.local.form_dict = frappe._dict()
    frappe.local.response = frappe._dict({"docs": []})
    frappe.local.document_cache = {}


@pytest.fixture(scope="session")
def server(home):
    """The site behind gunicorn, with workers and realtime, on a free loopback port.

    Has ``base_url`` (the front door that people use) and ``gunicorn_url`` (straight to gunicorn, for load).
    """
    from localbench.serve import stack
    from localbench.testing import ports_of

    ports = ports_of(home)
    with stack(home, ports, with_data=False, with_scheduler=False):
        yield Server(f"http://127.0.0.1:{ports.web}", f"http://127.0.0.1:{ports.gunicorn}", home)


class Server:
    """A running site. ``administrator_password`` signs in at the desk."""

    def __init__(self, base_url: str, gunicorn_url: str, home):
        self.base_url = base_url
        self.gunicorn_url = gunicorn_url
        self.home = home
        self.site = home.site
        self.administrator_password = home.bench.secret("administrator")


@pytest.fixture(scope="session")
def browser_process():
    """One Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            headless=True,
            args=CHROMIUM_FLAGS,
        )
        yield chromium
        chromium.close()


@pytest.fixture
def browser(browser_process, server, request):
    """Opens windows: ``browser(width=1300, height=900)`` gives a fresh Playwright page on the server.

    ``page.problems`` collects console errors, uncaught exceptions and failed requests. A test that fails leaves a
    screenshot of each of its windows in artefacts/.
    """
    with contextlib.ExitStack() as opened:
        pages = []

        def window(width: int = 1300, height: int = 900, **options):
            context = browser_process.new_context(
                base_url=server.base_url,
                viewport={"width": width, "height": height},
                locale=options.pop("locale", "vi-VN"),
                timezone_id="Asia/Ho_Chi_Minh",
                **options,
            )
            opened.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.problems = watch(page)
            pages.append(page)
            return page

        yield window
        if getattr(request.node, "failed", False):
            for number, page in enumerate(pages, start=1):
                with contextlib.suppress(Exception):
                    picture(page, f"failed-{request.node.name}-{number}")


@pytest.fixture
def screenshot():
    """``screenshot(page, "receipt-360")`` keeps a picture of the whole page in artefacts/."""
    return picture


@pytest.fixture
def sign_in(server):
    """``sign_in(page, "user@example", "password")`` opens a session without the log-in form; default Administrator."""

    def enter(page, user: str = "Administrator", password: str | None = None) -> None:
        answer = page.request.post(
            "/api/method/login", form={"usr": user, "pwd": password or server.administrator_password}
        )
        assert answer.ok, answer.text()

    return enter


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """In two processes the first takes files from the front, where browser/ is, the other from the end, where site/ is.

    So one server and one Chromium do, as long as the two are about as long. They meet in rules/, whose files are small.
    """
    from xdist.scheduler import LoadFileScheduling

    class FromBothEnds(LoadFileScheduling):
        def _assign_work_unit(self, node):
            if node.gateway.id != "gw0":
                self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
            super()._assign_work_unit(node)

    return FromBothEnds(config, log)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if outcome.get_result().failed:
        item.failed = True
