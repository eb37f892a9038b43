"""The WSGI application that gunicorn serves: one site, with its assets and public files.

In production nginx serves ``/assets`` and ``/files``; here the same middlewares do that Frappe's development server
uses. LOCALBENCH_SITE names the site, so that any Host header (127.0.0.1 above all) leads to it.
"""

import os
import re

import frappe.app
from frappe.app import application as frappe_application
from frappe.middlewares import StaticDataMiddleware
from werkzeug.middleware.shared_data import SharedDataMiddleware

HASHED = re.compile(r"\.bundle\.[0-9A-Z]{8}\.")  # esbuild's and our own: the name changes with the content
ONE_YEAR = 365 * 24 * 3600
ONE_HOUR = 3600

frappe.app._site = os.environ["LOCALBENCH_SITE"]
frappe.app._sites_path = "."


class Assets(SharedDataMiddleware):
    """``/assets``, cached by browsers for a year if the name holds a hash of the content, else for an hour."""

    def __call__(self, environ, start_response):
        lasting = HASHED.search(environ.get("PATH_INFO", "")) is not None
        self.cache_timeout = ONE_YEAR if lasting else ONE_HOUR
        return super().__call__(environ, start_response)


application = Assets(frappe_application, {"/assets": os.path.abspath("assets")})  # noqa: PTH100
application = StaticDataMiddleware(application, {"/files": os.path.abspath(".")})  # noqa: PTH100
