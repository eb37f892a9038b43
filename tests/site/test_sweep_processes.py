"""Four sweeps at once on ten thousand clocks that are due, one of them killed each second: each effect once."""

import random
import signal
import subprocess
import sys
import time
from datetime import datetime

from helpers import steps, working_hours, world
from helpers.steps import held, told

from phanhoi_app.custody import parties
from phanhoi_app.history import rows as table_rows
from phanhoi_app.history import verify
from phanhoi_app.sla import checking

MONDAY, DUE_ON = datetime(2026, 3, 2, 9, 0), datetime(2026, 3, 9, 17, 0)
DUE = 10_000
# Small batches, so that the kill finds it in the middle of one.
WORKER = """
import os, sys
os.chdir(sys.argv[2])
import frappe
frappe.init(site=sys.argv[1], sites_path=sys.argv[2])
frappe.connect()
from datetime import datetime
from phanhoi_app.history.now import as_of
from phanhoi_app.sla import sweep
sweep.BATCH = 200
with as_of(datetime(2026, 3, 9, 17, 0)):
    sweep.run(helps=True)
"""


def given(site) -> int:
    site.db.rollback()
    return site.db.count("Escalation", {"step": "t-due"})


def test_sweeps_killed_in_the_middle_give_each_step_once(site, province, home):
    with steps.in_force({"step_code": "t-due", "to_officer": 1, "to_supervisor": 1}):
        like = held(MONDAY)
        copies = working_hours.many(DUE - 1, like)
        names = [like.name, *copies]
        table_rows.insert(
            "Custody", [parties.row(name, world.ROADS, parties.HOLDER, MONDAY) for name in copies]
        )
        site.db.commit()

        def worker():
            command = [sys.executable, "-c", WORKER, site.local.site, str(home.sites)]
            return subprocess.Popen(command)  # noqa: S603

        running, killed, beginning = [worker() for _n in range(4)], 0, time.monotonic()
        while given(site) < DUE and time.monotonic() - beginning < 120:
            time.sleep(1)
            victim = random.choice(running)
            if victim.poll() is None and given(site) < DUE:
                victim.send_signal(signal.SIGKILL)
                killed += 1
            victim.wait()
            running[running.index(victim)] = worker()
        assert [process.wait(60) for process in running] == [0] * 4
        assert steps.swept(DUE_ON) == 0, "nothing is left"
        assert killed >= 2 and given(site) == DUE
        site.db.rollback()
        told_of = site.get_all(
            "Complaint Event", {"kind": "reminded", "complaint": ["in", names]}, pluck="complaint"
        )
        assert len(told_of) == len(set(told_of)) == DUE
        assert site.db.count("Escalation", {"told": 0}) == 0
        for user in (world.OFFICER, world.LEADER, world.SUPERVISOR):
            assert [message.subject for message in told(user)] == [f"Nhắc hạn {DUE} phản ánh"]
        assert not any(verify.one(name).broken for name in names[::200])
        assert checking.differences(names[::50]) == []
