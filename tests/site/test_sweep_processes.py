"""Four sweeps at once on ten thousand clocks that are due, one of them killed twice a second: each effect once."""

import multiprocessing
import random
import time
from datetime import datetime

import frappe
from helpers import steps, working_hours, world
from helpers.steps import held, told

from phanhoi_app.custody import parties
from phanhoi_app.history import rows as table_rows
from phanhoi_app.history import verify
from phanhoi_app.history.now import as_of
from phanhoi_app.sla import checking, sweep

MONDAY, DUE_ON = datetime(2026, 3, 2, 9, 0), datetime(2026, 3, 9, 17, 0)
DUE = 10_000


def sweeper(site: str, sites: str):
    """A process that sweeps, on a connection of its own; in small batches, so that the kill finds it in one."""

    def work():
        frappe.init(site=site, sites_path=sites)
        frappe.connect()
        sweep.BATCH = 50
        with as_of(DUE_ON):
            sweep.run(helps=True)

    # Forked: it is at work at once, and lives longer than a second seldom.
    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    return process


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

        place = site.local.site, str(home.sites)
        running, killed, beginning = [sweeper(*place) for _n in range(4)], 0, time.monotonic()
        while given(site) < DUE and time.monotonic() - beginning < 120:
            time.sleep(0.5)
            victim = random.choice(running)
            if victim.is_alive() and given(site) < DUE:
                victim.kill()
                killed += 1
            victim.join()
            running[running.index(victim)] = sweeper(*place)
        for process in running:
            process.join(60)
        assert [process.exitcode for process in running] == [0] * 4
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
