"""Where an error happened, for a log that more people read than may read a complaint."""

import traceback


def without_values(error: BaseException) -> str:
    """The error's kind and the lines of code it came through; no message and no variable, which may hold a phone number
    or a citizen's words."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join((type(error).__name__, *lines))
