"""Asks the portal for a page without a server: the same resolving and rendering as behind gunicorn."""

import io
import re
import secrets

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request


class Portal:
    """A guest with a network address of its own; `get` and `post` return werkzeug Responses.

    An answer that is a refusal rolls the test's transaction back, as it does a request's.
    """

    def __init__(self, frappe, address: str | None = None):
        self.frappe = frappe
        self.address = address or "10." + ".".join(str(secrets.randbelow(250) + 1) for _ in range(3))

    def get(self, path: str, **headers):
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: dict, files: list[tuple[str, bytes]] = (), **headers):
        data = dict(form)
        if files:
            data["photos"] = [(io.BytesIO(content), name) for name, content in files]
        return self._ask("POST", path, data, headers)

    def _ask(self, method, path, data, headers):
        from frappe.auth import CookieManager
        from frappe.website.serve import get_response

        frappe = self.frappe
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        builder = EnvironBuilder(
            path, method=method, data=data, headers={"X-Forwarded-For": self.address, **headers}
        )
        user, lang = frappe.session.user, frappe.local.lang
        frappe.set_user("Guest")
        frappe.local.request = Request(builder.get_environ())
        frappe.local.cookie_manager = CookieManager()
        frappe.local.request_ip = self.address
        frappe.local.form_dict = frappe._dict()
        frappe.local.response = frappe._dict()
        try:
            return get_response(path.split("?")[0])
        finally:
            frappe.set_user(user)
            frappe.local.lang = lang
            frappe.local.request = None


def text_of(response) -> str:
    return response.get_data(as_text=True)


def errors_in(html: str) -> dict[str, str]:
    """{input name: sentence} of the errors that a form page shows beside its fields."""
    found = re.findall(
        r'<p class="error" id="e-[^"]*" data-error="([^"]+)"\s*>.*?<span>(.*?)</span>', html, re.S
    )
    return {name: sentence for name, sentence in found if sentence}
