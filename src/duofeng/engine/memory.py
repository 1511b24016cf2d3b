"""Memory that is free is given back between the steps of a long computation."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Hand what arrays have left behind to the system.

    The C library of most Linux systems keeps it for later arrays: after the profile of 10⁵ firms
    that was 0.4 of 0.9 GiB. Other libraries have no such call and need none.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
