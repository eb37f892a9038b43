"""``python after.py PORT… -- COMMAND…``: becomes the command once each loopback port accepts connections."""

import os
import socket
import sys
import time

PATIENCE = 90  # seconds: a database that was cut off repairs itself first


def main() -> None:
    split = sys.argv.index("--")
    ports, command = [int(port) for port in sys.argv[1:split]], sys.argv[split + 1 :]
    until = time.monotonic() + PATIENCE
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until:
                    sys.exit(f"Error: nothing listens on port {port} after {PATIENCE} seconds")
                time.sleep(0.05)
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
