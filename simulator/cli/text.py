"""Words in two languages, and which of the two the user reads.

The language is known before any help is printed: ``--lang`` anywhere on the command line, else ``RISKSHARE_LANG``, else the locale. click's own words
come from the catalogue in ``messages/`` by gettext, which reads the environment.
"""

from __future__ import annotations

import gettext
import os
import sys
from itertools import zip_longest
from pathlib import Path
from typing import Literal, NamedTuple, cast

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
VARIABLE = "RISKSHARE_LANG"
CATALOGUE = Path(__file__).parent / "messages"
CHINESE_ON_WINDOWS = 0x04
"""Primary language number of Chinese in a Windows language identifier (Windows documentation, LANG_CHINESE)."""

_chosen: list[Language] = []


class Text(NamedTuple):
    """One sentence for the user, in both languages."""

    zh: str
    en: str


def say(text: Text) -> str:
    """Return the sentence in the user's language."""
    return text.zh if language() == "zh" else text.en


def language() -> Language:
    """Return the language chosen by ``choose``, by default that of the locale."""
    return _chosen[0] if _chosen else language_of_user()


def choose(chosen: Language) -> None:
    """Speak ``chosen`` from now on, click's own words included."""
    _chosen[:] = [chosen]
    os.environ["LANGUAGE"] = "zh_CN" if chosen == "zh" else "C"
    gettext.bindtextdomain("messages", str(CATALOGUE))


def language_in(arguments: list[str]) -> Language | None:
    """Return the last ``--lang`` on a command line, wherever it stands; None if there is none that we speak."""
    found: Language | None = None
    for word, following in zip_longest(arguments, arguments[1:]):
        name, equals, value = word.partition("=")
        value = value if equals else following
        if name == "--lang" and value in LANGUAGES:
            found = cast("Language", value)
    return found


def language_of_user() -> Language:
    """Return the language of ``RISKSHARE_LANG``, else of the locale; English where it is neither Chinese nor told."""
    for variable in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    if sys.platform == "win32":
        import ctypes

        identifier = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return "zh" if identifier & 0x3FF == CHINESE_ON_WINDOWS else "en"
    return "en"
