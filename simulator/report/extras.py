"""Packages that write documents, imported when a document is asked for; they come with ``riskshare[reports]``."""

from __future__ import annotations

import importlib
from typing import Any

from simulator.errors import ExtraMissing


def library(name: str, package: str) -> Any:  # noqa: ANN401  a module
    """Import a package of the reports extra.

    Parameters
    ----------
    name : str
        As imported, ``docx``.
    package : str
        As installed, ``python-docx``.

    Raises
    ------
    ExtraMissing
        If it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        zh = f"需要 {package}：python -m pip install 'riskshare[reports]'"
        en = f"{package} is needed: python -m pip install 'riskshare[reports]'"
        raise ExtraMissing(zh, en) from error
