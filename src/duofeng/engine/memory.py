"""Memory that is free is given back between the steps of a long computation."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Hand what arrays have left behind to the system.

    The C library of most Linux systems keeps it for later arrays: between the steps of a run that was a third of all
    memory. Other libraries have no such call and need none.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
