"""The states of a message: which may follow which. What providers say comes out of order and twice."""

QUEUED, SENDING, SENT, DELIVERED = "Queued", "Sending", "Sent", "Delivered"
FAILED, GAVE_UP, NOT_SENT = "Failed", "Gave up", "Not sent"
ALL = (QUEUED, SENDING, SENT, DELIVERED, FAILED, GAVE_UP, NOT_SENT)
# It did not arrive, and nothing more is tried for it: the next way to the same person is.
LOST = (FAILED, GAVE_UP, NOT_SENT)
ENDED = (SENT, DELIVERED, *LOST)
# That it arrived is the strongest thing to be heard: it stands even against a failure told earlier.
RANK = {QUEUED: 0, SENDING: 1, SENT: 2, NOT_SENT: 3, GAVE_UP: 3, FAILED: 4, DELIVERED: 5}


def may_follow(state: str, heard: str) -> bool:
    """Whether a message in `state` takes the state that a provider tells of: only one of a higher rank."""
    return heard in RANK and RANK[heard] > RANK.get(state, -1)
