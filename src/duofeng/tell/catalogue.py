"""The texts of the product in other languages: one `locale/<language>/LC_MESSAGES/duofeng.po` each.

Compiled catalogues are never committed: they lie beside the text in an installed package, and are made anew, there or
in the folder of caches, when they are missing or older. Django insists on the name `django.mo`, so that is their name.
"""

from __future__ import annotations

import gettext
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from duofeng.tell.language import SOURCE

LOCALE = Path(__file__).resolve().parents[1] / "locale"
FOLDER = "LC_MESSAGES"
ELSE = "en"


def sources() -> dict[str, Path]:
    """Language → its catalogue as translators write it."""
    return {path.parents[1].name: path for path in sorted(LOCALE.glob(f"*/{FOLDER}/duofeng.po"))}


def translations(wanted: tuple[str, ...]) -> gettext.NullTranslations:
    """Looks in the languages wanted, one after the other, up to that of the source; who does not want that gets what
    is left in English."""
    known = sources_known()
    before_source = wanted[: wanted.index(SOURCE)] if SOURCE in wanted else (*wanted, ELSE)
    return _chain(tuple(each for each in before_source if each in known))


@lru_cache(maxsize=1)
def sources_known() -> frozenset[str]:
    return frozenset(sources())


@lru_cache(maxsize=64)
def _chain(wanted: tuple[str, ...]) -> gettext.NullTranslations:
    wanted = tuple(dict.fromkeys(wanted))
    if not wanted:
        return gettext.NullTranslations()
    with (compiled() / wanted[0] / FOLDER / "django.mo").open("rb") as file:
        found = gettext.GNUTranslations(file)
    found.add_fallback(_chain(wanted[1:]))
    return found


@lru_cache(maxsize=1)
def compiled() -> Path:
    """The folder of compiled catalogues, each as new as its source."""
    target = (
        LOCALE if os.access(LOCALE, os.W_OK) or _is_fresh(LOCALE) else Path.home() / ".cache" / "duofeng" / "locale"
    )
    if not _is_fresh(target):
        compile_into(target)
    return target


def _is_fresh(folder: Path) -> bool:
    return all(_is_newer(folder / language / FOLDER / "django.mo", source) for language, source in sources().items())


def _is_newer(made: Path, source: Path) -> bool:
    return made.is_file() and made.stat().st_mtime >= source.stat().st_mtime


def compile_into(folder: Path) -> None:
    """Every catalogue, each put in its place by one rename, so that two processes may do it at once."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  # only who compiles needs it
    from babel.messages.pofile import read_po  # noqa: PLC0415

    for language, source in sources().items():
        place = folder / language / FOLDER
        place.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as text, tempfile.NamedTemporaryFile(dir=place, delete=False) as made:
            write_mo(made, read_po(text, locale=language))
        Path(made.name).chmod(0o644)
        shutil.move(made.name, place / "django.mo")
