"""The frame of every portal page: language, templates, headers.

The pages do not use the framework's website bundle: they are small, hold no inline script, escape every
value, and work without JavaScript.
"""

import base64
import functools
import hashlib
import json
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import frappe
from frappe import _
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from werkzeug.wrappers import Response

from phanhoi_app.portal import words

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
LANGUAGE_COOKIE = "preferred_language"
ASSETS = "/assets/phanhoi_app/portal"
APP_FOLDER = Path(__file__).resolve().parent.parent


def choose_language() -> str:
    """The language of this request: `?lang=`, then the cookie, then a signed-in user's own, then Vietnamese.

    The browser's Accept-Language is left aside on purpose: telephones sold in Viet Nam often say English.
    """
    asked = frappe.request.args.get("lang")
    if asked in LANGUAGES:
        frappe.local.cookie_manager.set_cookie(LANGUAGE_COOKIE, asked)
        return asked
    kept = frappe.request.cookies.get(LANGUAGE_COOKIE)
    if kept in LANGUAGES:
        return kept
    if frappe.session.user != "Guest" and frappe.local.lang in LANGUAGES:
        return frappe.local.lang
    return "vi"


def page(
    template: str, context: dict | None = None, status: int = 200, headers: dict | None = None
) -> Response:
    """A whole page from `templates/portal/<template>`; every value in `context` is escaped."""
    values = {**_frame_context(), **(context or {})}
    html = environment().get_template(template).render(values)
    response = Response(html, status=status, mimetype="text/html")
    _set_headers(response, headers)
    return response


def message(title: str, text: str, status: int, links: list[tuple[str, str]] | None = None) -> Response:
    """A page that says one thing: not found, too many tries, out of order."""
    context = {"title": title, "text": text, "links": links or [], "status": status}
    return page("message.html", context, status)


def redirect(location: str) -> Response:
    """303 to an address of this site: what follows a successful POST, so that a reload sends nothing twice."""
    response = Response("", status=303, headers={"Location": location})
    _set_headers(response, None)
    return response


def json_response(data: dict, status: int = 200) -> Response:
    """The same outcome for the page's own JavaScript."""
    response = Response(frappe.as_json(data), status=status, mimetype="application/json")
    _set_headers(response, None)
    return response


def wants_json() -> bool:
    """Whether the page's own JavaScript asks, rather than a browser following a form."""
    return "application/json" in (frappe.request.headers.get("Accept") or "")


@functools.cache
def environment() -> Environment:
    """Jinja with escaping always on, and undefined names an error rather than an empty place."""
    env = Environment(
        loader=PackageLoader("phanhoi_app", "templates/portal"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        _=lambda text, *args: frappe._(text).format(*args) if args else frappe._(text),
        icon=icon,
        field_icon=field_icon,
        asset=asset,
        import_map=import_map,
        with_query=with_query,
    )
    env.filters.update(
        date=words.date,
        day=words.day,
        moment=words.moment,
        paragraphs=paragraphs,
        number=words.number,
    )
    return env


def paragraphs(text: str | None) -> Markup:
    """Typed text as paragraphs: escaped, blank lines part paragraphs, single line ends are kept."""
    blocks = [block.strip("\n") for block in (text or "").replace("\r\n", "\n").split("\n\n")]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(block.split("\n")))
        for block in blocks
        if block.strip()
    )


def asset(path: str) -> str:
    """The address of one of the portal's own files, with a version so that an upgrade reaches every browser."""
    return f"{ASSETS}/{path}?v={_assets_version(_assets_stamp())}"


def import_map() -> Markup:
    """Gives the modules that import each other the version of `asset` too; its hash is in the security policy."""
    return Markup(_import_map(_assets_stamp()))  # noqa: S704 (our own file names and a hash)


@functools.lru_cache(maxsize=4)
def _import_map(stamp: tuple) -> str:
    names = [name for name, _mtime, _size in stamp if name.endswith(".js")]
    return json.dumps({"imports": {f"{ASSETS}/js/{name}": asset(f"js/{name}") for name in names}})


def with_query(**changes) -> str:
    """This page's query string with some values changed (None takes one away); for paging and language."""
    args = {key: value for key, value in frappe.request.args.items() if value}
    args.update(changes)
    return "?" + urlencode({key: value for key, value in args.items() if value not in (None, "")})


@functools.cache
def icon(name: str) -> Markup:
    """One of the portal's line icons as inline SVG, hidden from screen readers."""
    return _svg(APP_FOLDER / "public" / "portal" / "icons" / f"{name}.svg")


@functools.cache
def field_icon(name: str | None) -> Markup:
    """A field's icon as inline SVG; the one of the field "other" when it has none of that name."""
    folder = APP_FOLDER / "public" / "icons" / "field"
    known = {file.stem for file in folder.glob("*.svg")}
    return _svg(folder / f"{name if name in known else 'other'}.svg")


def _svg(file: Path) -> Markup:
    drawing = file.read_text(encoding="utf-8").strip()
    # The files ship with the app: they are its own drawings, never an upload.
    return Markup(drawing.replace("<svg ", '<svg class="icon" aria-hidden="true" focusable="false" ', 1))  # noqa: S704


def _assets_stamp() -> tuple:
    # Looked at once a second and not several times a page: an upgrade is still seen by running processes.
    return _assets_stamp_in(int(time.monotonic()))


@functools.lru_cache(maxsize=1)
def _assets_stamp_in(_second: int) -> tuple:
    folder = APP_FOLDER / "public" / "portal"
    return tuple(
        (file.name, stat.st_mtime_ns, stat.st_size)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and (stat := file.stat())
    )


@functools.lru_cache(maxsize=4)
def _assets_version(stamp: tuple) -> str:
    return hashlib.sha256(repr(stamp).encode()).hexdigest()[:10]


def _frame_context() -> dict:
    settings = frappe.get_cached_doc("Phanhoi Settings")
    user = frappe.session.user
    return {
        "lang": frappe.local.lang,
        "languages": LANGUAGES,
        "portal_title": settings.portal_title or _("Complaints and proposals"),
        "province_name": settings.province_name or "",
        "hotline": settings.hotline or "",
        "demo": frappe.utils.cint(settings.get("demo")),
        "form_route": form_route(),
        "path": frappe.request.path,
        "signed_in": user != "Guest",
        "csrf_token": frappe.sessions.get_csrf_token() if user != "Guest" else "",
    }


def form_route() -> str:
    """The path of the published web form for complaints, without slashes at its ends."""
    route = frappe.db.get_value("Web Form", {"doc_type": "Complaint", "published": 1}, "route", cache=True)
    return (route or "gui-phan-anh").strip("/")


def _set_headers(response: Response, more: dict | None) -> None:
    tiles = _tile_origin()
    script = base64.b64encode(hashlib.sha256(str(import_map()).encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' 'sha256-{script}'; style-src 'self'; font-src 'self'; "
        "connect-src 'self'; "
        f"img-src 'self' data: blob:{' ' + tiles if tiles else ''}; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'; manifest-src 'self'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # The tracking code stands in the path: no other site may learn it from a link.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=()"
    response.headers["Cache-Control"] = "no-store"
    response.headers.update(more or {})


def _tile_origin() -> str:
    """The map tiles' origin for the security policy: scheme and host, `{s}` as any sub-domain."""
    address = (frappe.get_cached_doc("Phanhoi Settings").tile_server or "").strip()
    parts = urlsplit(address.replace("{s}", "sub-domain"))
    if parts.scheme not in ("http", "https") or not parts.netloc or any(c in parts.netloc for c in " ;,'\""):
        return ""
    return f"{parts.scheme}://{parts.netloc.replace('sub-domain', '*')}"
