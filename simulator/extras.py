"""Packages that not everybody needs, imported when they are asked for; each comes with an extra of ours."""

from __future__ import annotations

import importlib
from typing import Any

from simulator.errors import ExtraMissing

EXTRA_OF = {
    "pandas": "data",
    "xarray": "data",
    "XlsxWriter": "reports",
    "bokeh": "reports",
    "jinja2": "reports",
    "python-docx": "reports",
    "python-pptx": "reports",
    "typst": "reports",
}
"""Extra that brings a package."""


def library(name: str, package: str = "") -> Any:  # noqa: ANN401  a module
    """Import a module of a package that may not be installed.

    Parameters
    ----------
    name : str
        As imported, ``docx.shared``.
    package : str
        As installed, ``python-docx``; the same as ``name`` if not given.

    Raises
    ------
    ExtraMissing
        If it is not installed.
    """
    package = package or name
    try:
        return importlib.import_module(name)
    except ImportError as error:
        install = f"python -m pip install 'riskshare[{EXTRA_OF[package]}]'"
        zh, en = f"需要 {package}：{install}", f"{package} is needed: {install}"
        raise ExtraMissing(zh, en) from error
