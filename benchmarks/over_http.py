"""The citizen's form over HTTP, against gunicorn with two processes: requests a second and how long they take."""

import contextlib
import http.client
import io
import itertools
import os
import re
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw

from benchmarks import province

CLIENTS = (1, 2, 4, 8)
WARM_UP = 2.0  # seconds, not measured
FORM = "/gui-phan-anh"


@dataclass
class Load:
    """What the clients of one measurement saw. Times in seconds."""

    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    core_seconds: float = 0.0
    finished: int = 0  # requests, those of the warm-up too

    def result(self, name: str, clients: int, seconds: float) -> dict:
        """{name, clients, per_second, p50_ms, p95_ms, max_ms, core_ms, failures}.

        `core_ms`: what a request costs of all cores together, with database, workers and these clients. It
        tells the most that a machine can do, also where other work took part of it meanwhile.
        """
        ordered = sorted(self.times) or [0.0]

        def at(share: float) -> float:
            return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)

        return {
            "name": name,
            "clients": clients,
            "per_second": round(len(self.times) / seconds, 1),
            "p50_ms": at(0.5),
            "p95_ms": at(0.95),
            "max_ms": at(1.0),
            "core_ms": round(1000 * self.core_seconds / max(self.finished, 1), 1),
            "failures": len(self.failures),
            "first_failure": self.failures[0] if self.failures else "",
        }


def measure(
    address: str,
    password: str,
    seconds: float,
    processes: Callable[[], list[int]],
    clients: tuple[int, ...] = CLIENTS,
) -> list[dict]:
    """ToDo with the most clients, the form with 1, 2, 4 … clients, and with a photo each.

    `processes` gives the process ids of everything that serves.
    """
    most = max(clients)

    def run(name: str, count: int, request) -> dict:
        return _run(name, address, count, seconds, request, processes)

    results = [run("ToDo (REST)", most, _todo(address, password))]
    results += [run("Form", count, _form()) for count in clients]
    results.append(run("Form with a photo", most, _form(_photo())))
    return results


def core_seconds(pids: list[int]) -> float:
    """Processor time of the processes and of their children that have ended, seconds."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            # After the name in brackets, which may hold spaces: utime, stime, cutime, cstime are 12th to 15th.
            ticks += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _run(name: str, address: str, clients: int, seconds: float, request, processes) -> dict:
    """Let so many clients send, one request after the other each, on connections that stay open."""
    load = Load()
    begun = time.perf_counter() + WARM_UP
    until = begun + seconds

    def client() -> None:
        host = urllib.parse.urlsplit(address)
        connection = http.client.HTTPConnection(host.hostname, host.port, timeout=60)
        while (sent := time.perf_counter()) < until:
            path, headers, body, expected = request()
            try:
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException) as error:
                load.failures.append(repr(error))
                connection.close()
                continue
            answered = time.perf_counter()
            load.finished += 1
            if answer.status != expected:
                load.failures.append(f"{answer.status} {_said(text.decode())}")
            elif sent >= begun and answered <= until:
                load.times.append(answered - sent)
        connection.close()

    before = core_seconds([*processes(), os.getpid()])
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.core_seconds = core_seconds([*processes(), os.getpid()]) - before
    return load.result(name, clients, seconds)


def _said(page: str) -> str:
    """What a refusal says, without the page around it."""
    errors = re.findall(r'data-error="([^"]+)"\s*>.*?<span>(.+?)</span>', page, re.S)
    return "; ".join(f"{name}: {sentence}" for name, sentence in errors) or page[:300]


def _form(photo: bytes | None = None):
    """Makes requests as a browser sends the form: multipart, a token of its own each."""
    number = itertools.count()

    def request() -> tuple[str, dict, bytes, int]:
        values = province.COMPLAINT | {"address": f"{next(number)} Lê Lai", "token": uuid.uuid4().hex}
        content_type, body = _multipart(values, photo)
        headers = {"Content-Type": content_type, "Accept": "text/html"}
        return FORM, headers, body, 303

    return request


def _todo(address: str, password: str):
    """Makes requests that file a ToDo as the Administrator, as the framework's own measure."""
    host = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(host.hostname, host.port, timeout=60)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    login = urllib.parse.urlencode({"usr": "Administrator", "pwd": password})
    connection.request("POST", "/api/method/login", login, form)
    answer = connection.getresponse()
    answer.read()
    cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    headers = {"Content-Type": "application/json", "Cookie": "; ".join(cookies)}
    number = itertools.count()

    def request() -> tuple[str, dict, bytes, int]:
        body = f'{{"description": "Việc số {next(number)}"}}'.encode()
        return "/api/resource/ToDo", headers, body, 200

    return request


def _multipart(values: dict[str, str], photo: bytes | None) -> tuple[str, bytes]:
    edge = uuid.uuid4().hex
    out = io.BytesIO()
    for name, value in values.items():
        out.write(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    if photo:
        out.write(
            f'--{edge}\r\nContent-Disposition: form-data; name="photos"; filename="anh.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n".encode()
        )
        out.write(photo + b"\r\n")
    out.write(f"--{edge}--\r\n".encode())
    return f"multipart/form-data; boundary={edge}", out.getvalue()


def _photo() -> bytes:
    """A picture of 1600 × 1200 as a telephone sends it."""
    image = Image.effect_noise((1600, 1200), 40).convert("RGB")
    ImageDraw.Draw(image).ellipse((500, 400, 1100, 800), fill="#333333")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
