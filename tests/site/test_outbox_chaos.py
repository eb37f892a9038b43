"""Everything around the outbox breaks, and nothing in it is lost: real workers, real HTTP, real Redis.

`make benchmark ARGS="--only chaos"` does the same with 5,000 messages.
"""

from benchmarks import outbox


def test_workers_die_redis_goes_and_the_provider_fails_and_hangs(site, province, home):
    (found,) = outbox.chaos(home, 500, retry=0)
    print(found)
    assert found["lost"] == 0 and found["delivered"] + found["gave_up"] == 500
    assert found["without_reason"] == 0
    assert found["twice_unmarked"] == 0
    assert found["killed"] >= 1 and found["restarts"] == 2
