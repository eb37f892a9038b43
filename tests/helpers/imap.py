"""A mail server on loopback that speaks as much IMAP as is asked of it: LOGIN, SELECT, UID SEARCH, FETCH, STORE."""

import re
import socketserver
import threading


class Mailbox:
    """Mails by number; `seen` are those that were marked as read. `breaks_after`: fetches until it hangs up."""

    def __init__(self, mails: list[bytes], breaks_after: int | None = None):
        self.mails = dict(enumerate(mails, 1))
        self.seen: set[int] = set()
        self.fetched = 0
        self.breaks_after = breaks_after
        self._server = socketserver.ThreadingTCPServer(
            ("127.0.0.1", 0), self._handler(), bind_and_activate=True
        )
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_any):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        mailbox = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                self.say("* OK ready")
                for line in self.rfile:
                    tag, _space, command = line.decode().strip().partition(" ")
                    if not mailbox.answer(self, command):
                        return
                    self.say(f"{tag} OK done")

            def say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        return Handler

    def answer(self, client, command: str) -> bool:
        """Say what belongs to a command; False hangs up."""
        upper = command.upper()
        if upper.startswith("CAPABILITY"):
            client.say("* CAPABILITY IMAP4rev1")
        elif upper.startswith("SELECT"):
            client.say(f"* {len(self.mails)} EXISTS")
        elif upper.startswith("UID SEARCH"):
            client.say("* SEARCH " + " ".join(str(uid) for uid in self.mails if uid not in self.seen))
        elif found := re.match(r"UID FETCH (\d+)", upper):
            self.fetched += 1
            if self.breaks_after is not None and self.fetched > self.breaks_after:
                return False
            raw = self.mails[int(found[1])]
            client.say(f"* {found[1]} FETCH (UID {found[1]} BODY[] {{{len(raw)}}}")
            client.wfile.write(raw + b")\r\n")
        elif found := re.match(r"UID STORE (\d+)", upper):
            self.seen.add(int(found[1]))
        return True
