"""Spreads chunks over processes. Each has its own connection; none outlives the process that started it."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import frappe
from frappe import _

from phanhoi_app.intake.importer.chunks import Result, Worker
from phanhoi_app.intake.importer.errors import ImportRefused
from phanhoi_app.intake.importer.table import Row

AHEAD = 3  # chunks waiting for each process: enough to keep it busy, few enough to stop soon

_worker: Worker | None = None  # a process's own, set when it starts


def results(
    worker: Worker, chunks: Iterable[list[Row]], processes: int, go_on: Callable[[], bool]
) -> Iterator[tuple[list[Row], Result]]:
    """(rows, what became of them) for each chunk, in the order of the file.

    Once `go_on()` is false no chunk is begun; those that were begun still come. Raises ImportRefused when a
    process was ended.
    """
    if processes <= 1:
        for rows in chunks:
            yield rows, worker.bring_in(rows)
            if not go_on():
                return
        return
    executor = _start(worker, processes)
    try:
        yield from _in_order(executor, chunks, processes * AHEAD, go_on)
    except BrokenProcessPool as error:
        raise ImportRefused(
            _("A process of the import was ended. Run it again to go on: nothing comes in twice.")
        ) from error
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _in_order(executor: ProcessPoolExecutor, chunks, ahead: int, go_on) -> Iterator[tuple[list[Row], Result]]:
    waiting: list[tuple[list[Row], Future]] = []
    for rows in chunks:
        if not go_on():
            break
        waiting.append((rows, executor.submit(_bring_in, rows)))
        while waiting and (waiting[0][1].done() or len(waiting) >= ahead):
            first, future = waiting.pop(0)
            yield first, future.result()
    for rows, future in waiting:
        if go_on() or not future.cancel():
            yield rows, future.result()


def _start(worker: Worker, processes: int) -> ProcessPoolExecutor:
    """The processes, forked while no connection is open that they could share by mistake."""
    user = frappe.session.user
    frappe.db.commit()
    frappe.db.close()
    try:
        executor = ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("fork"),
            initializer=_prepare,
            initargs=(worker, user, os.getpid()),
        )
        executor.submit(os.getpid).result()
    finally:
        frappe.connect(set_admin_as_user=False)
    return executor


def _prepare(worker: Worker, user: str, parent: int) -> None:
    global _worker
    _worker = worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it lets us finish
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    language = frappe.local.lang
    frappe.connect(set_admin_as_user=False)
    frappe.set_user(user)
    frappe.local.lang = language


def _end_with(parent: int) -> None:
    """End when the parent has gone: a killed import must not leave processes that wait for ever."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _bring_in(rows: list[Row]) -> Result:
    return _worker.bring_in(rows)
