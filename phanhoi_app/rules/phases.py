"""The phases of a complaint: the meaning behind the labels of its workflow's states."""

OPEN = ("new", "screening", "waiting", "assigned", "processing", "approval")
ANSWERED = ("answered", "closed")
ENDED = ("refused", "redirected", "merged")
ALL = OPEN + ANSWERED + ENDED
