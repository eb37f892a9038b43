"""``python3 -m localbench``."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - the sentence is for whoever runs an older one
    sys.exit(
        "The bench needs Python 3.10 or newer; this is Python {}.{}. "
        "Set PYTHON=/path/to/python3.11 and run make again.".format(*sys.version_info[:2])
    )

from localbench.cli import main

sys.exit(main())
