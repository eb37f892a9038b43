"""Knocks at the desk's doors without a server: the framework's own dispatch of methods and of REST, as a user."""

import contextlib
import json

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request


class Door:
    """A signed-in user (or Guest), who stays signed in until another knocks or the test ends.

    Each call gives (HTTP status, what comes back); nothing is committed.
    """

    def __init__(self, frappe, user: str):
        self.frappe, self.user = frappe, user

    def method(self, path: str, /, http: str = "POST", **form):
        """`/api/method/<path>` with these form values; the answer is `message` and what stands beside it."""
        from frappe.handler import execute_cmd

        return self._through(f"/api/method/{path}", http, form, lambda: execute_cmd(path))

    def rest(self, http: str, path: str, data: dict | None = None, /, **query):
        """`/api/resource/…`; the answer is the response."""
        from frappe import api

        def ask():
            answer = api.handle(*((self.frappe.local.request,) if api.handle.__code__.co_argcount else ()))
            return json.loads(answer.get_data(as_text=True)) if hasattr(answer, "get_data") else answer

        return self._through(
            path, http, {**query, **({"data": json.dumps(data)} if data is not None else {})}, ask
        )

    def page(self, path: str, /, **query):
        """A page of the framework's website, such as /printview; the answer is its text."""
        from frappe.website.serve import get_response

        return self._through(path, "GET", query, lambda: get_response(path).get_data(as_text=True))

    def run(self, ask):
        """Whatever `ask` does, as this user; raises what it raises."""
        if self.frappe.session.user != self.user:
            self.frappe.set_user(self.user)
        return ask()

    def _through(self, path, http, form, ask):
        frappe = self.frappe
        if frappe.session.user != self.user:
            frappe.set_user(self.user)
        form = {
            k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in form.items() if v is not None
        }
        environ = EnvironBuilder(path, method=http, data=form if http != "GET" else None).get_environ()
        frappe.local.request = Request(environ)
        frappe.local.form_dict = frappe._dict(form)
        frappe.local.response = frappe._dict({"docs": []})
        frappe.local.message_log = []
        frappe.local.request_cache.clear()
        frappe.local.lang = "vi"
        try:
            for hook in frappe.get_hooks("auth_hooks"):  # as the framework does before it dispatches
                frappe.get_attr(hook)()
            answer = ask()
            rest = {k: v for k, v in frappe.local.response.items() if v not in (None, [], "")}
            return 200, {"message": answer, **rest}
        except Exception as error:
            return getattr(error, "http_status_code", 500), f"{type(error).__name__}: {error}"
        finally:
            with contextlib.suppress(AttributeError):
                del frappe.local.request


def as_text(answer) -> str:
    """All that an answer holds, as text to look for secrets in."""
    return json.dumps(answer, default=str, ensure_ascii=False)
