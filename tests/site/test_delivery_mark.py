"""One delivery job under load: a message written while it works is sent by it, and no message is left without a job."""

import pytest

from phanhoi_app.messaging import delivery, outbox


@pytest.fixture
def marked(site, monkeypatch):
    """The mark as a writer of messages leaves it; nothing is put into a real queue."""
    queued = []
    monkeypatch.setattr(outbox.frappe, "enqueue", lambda *arguments, **options: queued.append(arguments))
    key = site.cache.make_key(outbox.SENT_LATER)
    site.cache.delete(key)
    outbox.schedule_delivery()
    assert len(queued) == 1 and site.cache.get(key)
    yield key, queued
    site.cache.delete(key)


def test_what_is_written_meanwhile_needs_no_second_job(site, marked, monkeypatch):
    _key, queued = marked
    waiting, sent = ["first"], []

    def send(worker, until):
        if not waiting:
            return 0
        sent.append(waiting.pop())
        if sent == ["first"]:
            outbox.schedule_delivery()  # somebody writes another message and commits
            waiting.append("second")
        return 1

    monkeypatch.setattr(delivery, "_empty", send)
    assert delivery.deliver() == 2
    assert sent == ["first", "second"]
    assert len(queued) == 1
    outbox.schedule_delivery()
    assert len(queued) == 2, "the next message wants a job again"


def test_what_is_written_just_before_the_mark_falls_is_sent_too(site, marked, monkeypatch):
    key, queued = marked
    waiting, sent = [], []
    real = site.cache.delete

    def delete(*keys):
        if key in keys:
            outbox.schedule_delivery()  # sees the mark and relies on the job
            waiting.append("late")
        return real(*keys)

    monkeypatch.setattr(site.cache, "delete", delete, raising=False)
    monkeypatch.setattr(
        delivery, "_empty", lambda worker, until: 1 if waiting and not sent.append(waiting.pop()) else 0
    )
    assert delivery.deliver() == 1
    assert sent == ["late"]
    assert len(queued) == 1
