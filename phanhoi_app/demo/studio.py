"""Has the demo's photos drawn by other processes, while the stories are being loaded."""

import multiprocessing
import os
import threading
from concurrent.futures import Future, ProcessPoolExecutor

from phanhoi_app.demo import pictures


class Studio:
    """Draws photos ahead. `order` them all first, `collect` each when it is needed; use it as a context manager."""

    def __init__(self, workers: int = 2):
        # Spawned, not forked: a copy of this process would hold its connection to the database.
        self._pool = ProcessPoolExecutor(
            min(workers, os.cpu_count() or 1),
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_end_with_parent,
        )
        self._drawn: dict[tuple[str, int], Future] = {}

    def __enter__(self) -> "Studio":
        return self

    def __exit__(self, *_error) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def order(self, photo: dict) -> None:
        """Begin to draw {motif, seed} as soon as a worker is free."""
        key = (photo["motif"], photo["seed"])
        if key not in self._drawn:
            self._drawn[key] = self._pool.submit(pictures.draw, *key)

    def collect(self, photo: dict) -> bytes:
        """The ordered photo as a JPEG, waiting for it if need be."""
        return self._drawn.pop((photo["motif"], photo["seed"])).result()


def _end_with_parent() -> None:
    """A worker does not outlive a loader that was killed."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
