"""Runs a home's Procfile under honcho, in the bench's own Python: ``python -m localbench.stack HOME``.

Differs from plain ``honcho start`` in three things: each process writes to a log file of its own, the data servers
stop only after everything that uses them has stopped, and the whole ends if the program that started it dies.
"""

import ctypes
import datetime
import os
import signal
import sys
from pathlib import Path

import honcho.manager
from honcho.environ import parse_procfile
from honcho.printer import Printer

DATA_SERVERS = ("mariadb", "redis_cache", "redis_queue")
PATIENCE = 40  # seconds for everything to stop before force is used


class OrderlyManager(honcho.manager.Manager):
    """Stops the processes that use the data servers first, then the data servers."""

    data_told = False

    def _signal(self, names: list[str]) -> None:
        for name in names:
            process = self._processes[name]
            if "returncode" not in process and process.get("pid"):
                self._procmgr.terminate(process["pid"])

    def _killall(self, force: bool = False) -> None:
        if force:
            super()._killall(force=True)
            return
        self._signal([name for name in self._processes if name not in DATA_SERVERS])
        self._tell_data_servers()

    def _tell_data_servers(self) -> None:
        users_left = [
            name
            for name, each in self._processes.items()
            if name not in DATA_SERVERS and "returncode" not in each
        ]
        if not users_left and not self.data_told:
            self.data_told = True
            self._signal([name for name in self._processes if name in DATA_SERVERS])

    def _all_stopped(self) -> bool:
        if self._terminating:
            self._tell_data_servers()
        return super()._all_stopped()


def main() -> int:
    home = Path(sys.argv[1])
    honcho.manager.KILL_WAIT = PATIENCE
    # If `make` or its terminal is killed outright, this process is asked to stop as by Ctrl-C.
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
    if os.getppid() == 1:
        return 1
    log = (home / "logs" / "honcho.log").open("w", buffering=1, encoding="utf-8")
    log.write(f"{datetime.datetime.now():%Y-%m-%d %H:%M:%S} starting\n")
    manager = OrderlyManager(Printer(log, colour=False))
    for name, command in parse_procfile(
        (home / "config" / "Procfile").read_text(encoding="utf-8")
    ).processes.items():
        path = home / "logs" / f"{name}.log"
        path.write_bytes(b"")
        manager.add_process(name, f"{command} >>{path} 2>&1", env=dict(os.environ), cwd=str(home / "sites"))
    manager.loop()
    return manager.returncode or 0


if __name__ == "__main__":
    sys.exit(main())
