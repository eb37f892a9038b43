"""The one way out: every call to a provider has a timeout, follows no redirect, and reaches no address inside."""

import ipaddress
import time
from urllib.parse import urlsplit

import frappe
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from phanhoi_app.channels.base import Refused, TryLater

TIMEOUT = (5, 15)  # seconds to connect, and to wait for each part of the answer
LONGEST_CALL = 45  # seconds for all of an answer: one that drips must not hold a worker
LONGEST_ANSWER = 1024 * 1024  # bytes
MOST_HOPS = 3  # redirects of a photo's address
LONGEST_WAIT = 3600  # seconds: whatever a provider asks for


class InsideAddress(OSError):
    """The name leads to an address of our own network."""


class _Guarded:
    """A connection that looks where it has arrived before it says anything."""

    def _new_conn(self):
        connection = super()._new_conn()
        # After connecting, not before: a name that is looked up twice may give two addresses.
        address = ipaddress.ip_address(connection.getpeername()[0].split("%")[0])
        if not address.is_global:
            connection.close()
            raise InsideAddress(f"{self.host} leads to {address}")
        return connection


class _GuardedHTTP(_Guarded, HTTPConnection):
    pass


class _GuardedHTTPS(_Guarded, HTTPSConnection):
    pass


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _GuardedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedHTTPS


class _GuardedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}


def trial() -> bool:
    """Whether addresses may lead inside: while developing and in tests, where fake providers run on loopback."""
    return bool(frappe.conf.get("developer_mode") or frappe.flags.in_test or frappe.conf.get("allow_tests"))


def base(account, usual: str) -> str:
    """The provider's base address; the account's own one counts in `trial` alone."""
    return (account.get("base_url") if trial() else None) or usual


def photo_hosts(account, usual: tuple[str, ...]) -> tuple[str, ...]:
    """The hosts from which a person's photo is fetched; the fake provider's too, in `trial`."""
    own = urlsplit(account.get("base_url") or "").netloc if trial() else ""
    return (*usual, own) if own else usual


def session() -> requests.Session:
    """A session for one call."""
    made = requests.Session()
    if not trial():
        made.mount("https://", _GuardedAdapter())
        made.mount("http://", _GuardedAdapter())
    return made


def call(method: str, url: str, **options) -> requests.Response:
    """One request; the answer with any status below 500 but 429. `options` as those of `requests.request`.

    Raises TryLater when there is no answer, or one that says so. The reason names the host and no value: an address
    may hold a token.
    """
    host = urlsplit(url).hostname
    if urlsplit(url).scheme != "https" and not trial():
        raise Refused(f"{host}: only https")
    try:
        with session() as out:
            answer = out.request(method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **options)
            answer._content = _read(answer, LONGEST_ANSWER)
    except (requests.RequestException, OSError) as error:
        raise TryLater(f"{host}: {type(error).__name__}", unknown=_may_have_arrived(error)) from error
    if answer.status_code == 429 or answer.status_code >= 500:
        raise TryLater(f"{host}: HTTP {answer.status_code}", after=retry_after(answer.headers))
    return answer


def _may_have_arrived(error: Exception) -> bool:
    """Whether the request may have reached the other side, though no answer did."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | InsideAddress):
        return False
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(cause, NewConnectionError)


def decoded(answer: requests.Response) -> dict:
    """The JSON object of an answer. Raises TryLater: a provider that answers something else is not well."""
    try:
        value = answer.json()
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise TryLater(f"{urlsplit(answer.url).hostname}: HTTP {answer.status_code} without JSON")
    return value


def fetch(url: str, hosts: tuple[str, ...], most: int) -> bytes:
    """A file of at most `most` bytes from one of the hosts or below them. Raises Refused, TryLater."""
    for _hop in range(MOST_HOPS):
        try:
            parts = urlsplit(url)
            known = _is_of(parts, hosts)
        except ValueError as error:
            raise Refused("a file whose address cannot be read") from error
        if not known:
            raise Refused(f"a file from {parts.hostname}, which is not the provider's")
        try:
            with (
                session() as out,
                out.get(url, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer,
            ):
                if answer.is_redirect:
                    url = requests.compat.urljoin(url, answer.headers["location"])
                    continue
                if answer.status_code == 429 or answer.status_code >= 500:
                    raise TryLater(f"{parts.hostname}: HTTP {answer.status_code}")
                if answer.status_code != 200:
                    raise Refused(f"{parts.hostname}: HTTP {answer.status_code}")
                return _read(answer, most)
        except (requests.RequestException, OSError) as error:
            raise TryLater(f"{parts.hostname}: {type(error).__name__}") from error
    raise Refused("a file that is moved about too often")


def retry_after(headers) -> float | None:
    """The seconds of Retry-After; None when it says nothing that can be read."""
    try:
        return min(max(float(headers.get("Retry-After") or ""), 0), LONGEST_WAIT)
    except ValueError:
        return None


def _is_of(parts, hosts) -> bool:
    host = (parts.hostname or "").lower()
    if trial() and f"{host}:{parts.port}" in hosts:
        return True
    if parts.scheme != "https" or parts.port not in (None, 443) or parts.username:
        return False
    return any(host == each or host.endswith(f".{each}") for each in hosts)


def _read(answer: requests.Response, most: int) -> bytes:
    content, until = b"", time.monotonic() + LONGEST_CALL
    for part in answer.iter_content(64 * 1024):
        content += part
        if time.monotonic() > until:
            raise requests.Timeout("an answer that does not end")
        if len(content) > most:
            raise Refused(f"an answer of more than {most} bytes")
    return content
