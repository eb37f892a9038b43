"""One HTTP server that is all providers, and what it was asked; `script` says what it does next."""

import contextlib
import json
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit


class Asked(NamedTuple):
    """One request: method, path, query, headers (lower case), raw body."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def form(self) -> dict:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class Answer(NamedTuple):
    """One answer; `slow`: seconds before it. `body` is JSON unless it is bytes."""

    status: int = 200
    body: object = b""
    headers: dict = {}
    slow: float = 0


class Provider:
    """`answer(asked) -> Answer` is what a kind of provider does; `script.append(Answer)` lets it misbehave once."""

    def __init__(self):
        self.asked: list[Asked] = []
        self.script: deque[Answer] = deque()
        self.photos: dict[str, bytes] = {}
        self._number = 0
        self._lock = threading.Lock()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _do(self):
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = provider._answered(Asked(self.command, parts.path, query, headers, body))
                time.sleep(answer.slow)
                content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                with contextlib.suppress(OSError):  # who asked has not waited
                    self.wfile.write(content)

            do_GET = do_POST = _do

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def photo(self, name: str, content: bytes) -> str:
        """Keep a file, and the address at which it is fetched."""
        self.photos[name] = content
        return f"{self.address}/photos/{name}"

    def next_id(self, prefix: str) -> str:
        self._number += 1
        return f"{prefix}{self._number:06d}"

    def answer(self, asked: Asked) -> Answer:
        return Answer(404)

    def _answered(self, asked: Asked) -> Answer:
        with self._lock:
            if asked.path.startswith("/photos/"):
                content = self.photos.get(asked.path.split("/")[-1])
                return Answer(200, content) if content is not None else Answer(404)
            self.asked.append(asked)
            return self.script.popleft() if self.script else self.answer(asked)

    def sent(self, path_end: str) -> list[Asked]:
        """What was asked at the paths that end so."""
        return [each for each in self.asked if each.path.endswith(path_end)]
