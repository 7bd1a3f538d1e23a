"""Office files as the zip packages they are: a user's template opened, whatever its suffix."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from pathlib import Path


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
