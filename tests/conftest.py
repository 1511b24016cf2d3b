"""What every test stands on: a terminal of one width, whatever terminal the tests are run in."""

from __future__ import annotations

import os

os.environ["COLUMNS"] = "120"
