"""A provider of SMS on loopback that fails and hangs as told, and remembers whatever it took.

    python fake_gateway.py PORT FAILING HANGING SECONDS

FAILING and HANGING are shares of the requests; one that hangs says nothing for SECONDS, whether it took the message
or not.
GET / answers {id: how often it was taken}.
"""

import json
import random
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

taken: Counter = Counter()


class Gateway(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    failing, hanging, seconds = 0.0, 0.0, 1.0

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        chance = random.random()
        if chance < self.failing:
            self._answer(503, {"error": "down"})
            return
        if chance < self.failing + self.hanging:
            if random.random() < 0.5:
                taken[body["id"]] += 1
            time.sleep(self.seconds)
            self.close_connection = True
            return
        taken[body["id"]] += 1
        self._answer(200, {"id": f"P-{body['id']}"})

    def do_GET(self):
        self._answer(200, dict(taken))

    def _answer(self, status: int, value: dict):
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that was killed is nothing to tell of."""


if __name__ == "__main__":
    port, Gateway.failing, Gateway.hanging, Gateway.seconds = map(float, sys.argv[1:])
    Server(("127.0.0.1", int(port)), Gateway).serve_forever()
