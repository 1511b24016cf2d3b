"""The one place where a parser of somebody else's formats may fail as it likes: what it raises becomes a Problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from duofeng.kernel.problem import Problem, ProblemError


@contextmanager
def foreign(damaged: Callable[[str], Problem]) -> Iterator[None]:
    """Around opening and walking a file that anybody may have made. `damaged` is given what the parser said."""
    try:
        yield
    except ProblemError:
        raise
    except Exception as error:  # parsers raise whatever a damaged file makes of their assumptions
        raise ProblemError(damaged(_said(error))) from error
    except BaseException as error:
        # A panic of a parser written in Rust is no Exception, so that nobody catches it by chance.
        if type(error).__name__ != "PanicException":
            raise
        raise ProblemError(damaged(_said(error))) from error


def _said(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
