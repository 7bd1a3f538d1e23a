"""Office files as the zip packages they are: a user's template opened, whatever its suffix; a document kept without the hour it was made."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip file knows."""
STAMP = re.compile(rb"(?<=>)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=<)")


def dated(package: bytes, date: str) -> bytes:
    """Give a package, and the workbooks within it, one date in place of the moments its parts were made: the same content is the same bytes.

    Parameters
    ----------
    package : bytes
        ``.docx``, ``.pptx`` or ``.xlsx``.
    date : str
        ``2026-11-27``.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as found, zipfile.ZipFile(made, "w") as copy:
        for name in found.namelist():
            content = found.read(name)
            if name == "docProps/core.xml":
                content = STAMP.sub(f"{date}T00:00:00Z".encode(), content)
            elif name.endswith(".xlsx"):
                content = dated(content, date)
            copy.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def template_as_document(template: Path) -> io.BytesIO:
    """Open a template (``.dotx``, ``.potx``) or a document (``.docx``, ``.pptx``) as a document.

    Raises
    ------
    SimulatorError
        If it is missing or no Office file.
    """
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(template) as found, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in found.namelist():
                content = found.read(name)
                if name == "[Content_Types].xml":
                    content = content.replace(b"wordprocessingml.template.main+xml", b"wordprocessingml.document.main+xml")
                    content = content.replace(b"presentationml.template.main+xml", b"presentationml.presentation.main+xml")
                copy.writestr(name, content)
    except (OSError, zipfile.BadZipFile) as error:
        zh = f"{template}: 不是可用的模板：应为Word（.docx、.dotx）或PowerPoint（.pptx、.potx）文件"
        en = f"{template}: not a template: give a Word (.docx, .dotx) or PowerPoint (.pptx, .potx) file"
        raise SimulatorError(zh, en) from error
    made.seek(0)
    return made
