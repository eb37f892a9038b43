"""Webhooks over HTTP: answers a second and how long they take, and thousands of bodies that must not break anything."""

import http.client
import itertools
import sys
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import frappe

from benchmarks import over_http

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from fakes import sms, zalo
from helpers import webhook_fuzz

CLIENTS = (1, 4, 8)
TITLE = "Đo đạc "
ACCOUNTS = {
    "SMS gateway": {"channel": "SMS", "gateway_url": "https://sms.example.vn/", "gateway_secret": sms.SECRET},
    "Zalo OA": {
        "channel": "Zalo",
        "zalo_app_id": zalo.APP_ID,
        "zalo_app_secret": zalo.APP_SECRET,
        "zalo_oa_secret": zalo.OA_SECRET,
        "zalo_refresh_token": "x",
    },
}


def prepare() -> dict:
    """{provider: path of its webhook}; begins with empty tables, and commits."""
    for name in frappe.get_all("Channel Account", {"title": ("like", f"{TITLE}%")}, pluck="name"):
        frappe.delete_doc("Channel Account", name, force=True)
    for table in ("Inbound Message", "Inbound Letter"):
        frappe.db.sql(f"delete from `tab{table}`")  # noqa: S608
    made = {}
    for provider, values in ACCOUNTS.items():
        account = {
            "doctype": "Channel Account",
            "title": f"{TITLE}{provider}",
            "provider": provider,
            **values,
        }
        address = frappe.get_doc(account).insert().webhook_address
        made[provider] = "/" + address.split("/", 3)[3]
    frappe.db.commit()
    return made


def measure(address: str, paths: dict, seconds: float, processes: Callable, bodies: int) -> list[dict]:
    """One row for each number of clients, as `over_http`, and one for the bodies that are wrong: failures are errors of
    ours (500 and above)."""
    rows = [
        over_http._run("Webhook, signed", address, count, seconds, _signed(paths["Zalo OA"]), processes)
        for count in CLIENTS
    ]
    return [*rows, _fuzzed(address, paths, bodies)]


def _signed(path: str):
    number = itertools.count()

    def request() -> tuple[str, dict, bytes, int]:
        body = zalo.text("Đường Lê Lai ngập nước từ sáng", f"b{next(number)}", sender=f"8{next(number):015d}")
        return path, zalo.headers(body), body, 200

    return request


def _fuzzed(address: str, paths: dict, bodies: int) -> dict:
    host = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=60)
    known = {provider: frappe._dict(webhook_address=path) for provider, path in paths.items()}
    load, wrong = over_http.Load(), []
    import time

    begun = time.perf_counter()
    for path, body, headers, method in webhook_fuzz.requests(known, bodies):
        sent = time.perf_counter()
        headers = {
            name: value.encode("latin-1", "replace").decode("latin-1") for name, value in headers.items()
        }
        try:
            connection.request(method, path.replace("\x00", ""), body, headers)
            answer = connection.getresponse()
            answer.read()
            load.times.append(time.perf_counter() - sent)
            if answer.status >= 500:
                wrong.append(f"{answer.status} {body[:80]!r}")
        except (OSError, http.client.HTTPException) as error:
            wrong.append(repr(error))
            connection.close()
    load.failures = wrong
    return load.result(f"Webhook, {bodies} wrong bodies", 1, time.perf_counter() - begun)
