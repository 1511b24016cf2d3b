"""Processes that end with the one that started them, however that one ended."""

from __future__ import annotations

import os
import threading


def outlive_nobody(parent: int) -> None:
    """End this process when the one that started it is gone."""
    while os.getppid() == parent:
        threading.Event().wait(2)
    os._exit(0)
