"""Office files turned into pages by LibreOffice, so that tests see what a reader sees; Chinese shows in the bundled font."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from simulator.report.style import FONTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOFFICE = shutil.which("soffice")
CHINESE = ("微软雅黑", "Microsoft YaHei", "宋体", "SimSun", "等线", "DengXian", "黑体", "SimHei", "仿宋", "FangSong")
needs_office = pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")


def converted(path: Path, kind: str = "pdf") -> Path:
    """A file beside the given one, in another format."""
    home = path.parent / "libreoffice"
    home.mkdir(exist_ok=True)
    (home / "fonts.conf").write_text(font_settings(home), encoding="utf-8")
    out = path.parent / f"as_{kind}"
    command = [str(SOFFICE), f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to", kind, "--outdir", str(out), str(path)]
    environment = os.environ | {"FONTCONFIG_FILE": str(home / "fonts.conf")}
    subprocess.run(command, check=True, capture_output=True, timeout=240, env=environment)
    return out / f"{path.stem}.{kind}"


def font_settings(home: Path) -> str:
    """Settings of fontconfig: the machine's fonts and ours, which stands for those that Office files name for Chinese."""
    stands_for = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        '<edit name="family" mode="assign" binding="strong"><string>Noto Sans SC</string></edit></match>'
        for name in CHINESE
    )
    folders = "".join(f"<dir>{folder}</dir>" for folder in (FONTS, "/usr/share/fonts", "/usr/local/share/fonts"))
    head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
    return f"{head}<fontconfig>{folders}<cachedir>{home}/cache</cachedir>{stands_for}</fontconfig>"


def words_of(pdf: Path) -> list[str]:
    """Text of each page without spaces and breaks."""
    pypdf = pytest.importorskip("pypdf")
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(pdf).pages]


def fonts_of(pdf: Path) -> dict[str, bool]:
    """Fonts of a PDF by name, and whether each is embedded."""
    pypdf = pytest.importorskip("pypdf")
    found = {}
    for page in pypdf.PdfReader(pdf).pages:
        for font in _fonts_in(page.get("/Resources", pypdf.generic.DictionaryObject()), set()):
            below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            described = below.get("/FontDescriptor", {})
            is_embedded = any(name in described.get_object() for name in ("/FontFile", "/FontFile2", "/FontFile3")) if described else False
            found[str(below["/BaseFont"])] = is_embedded
    return found


def _fonts_in(resources: Any, seen: set[int]) -> Iterator[Any]:
    """Fonts that a page names, and those that the drawings on it name; drawings may share what they name with their page."""
    resources = resources.get_object()
    if id(resources) in seen:
        return
    seen.add(id(resources))
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for drawn in resources.get("/XObject", {}).values():
        if "/Resources" in drawn.get_object():
            yield from _fonts_in(drawn.get_object()["/Resources"], seen)


def unshown(texts: list[str]) -> set[str]:
    """Chinese letters that the bundled font lacks, signs of lists in private codes aside: a page would show an empty box for each."""
    fonts = pytest.importorskip("fontTools.ttLib")
    known = fonts.TTFont(FONTS / "NotoSansSC-Regular.ttf").getBestCmap()
    return {letter for text in texts for letter in text if ord(letter) > 0x2E80 and not 0xE000 <= ord(letter) < 0xF900 and ord(letter) not in known}


def without_values(path: Path) -> Path:
    """A copy of a workbook whose formulas have no stored results, so that a program must compute them."""
    bare = path.with_name("bare.xlsx")
    with zipfile.ZipFile(path) as package, zipfile.ZipFile(bare, "w") as copy:
        for name in package.namelist():
            content = package.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            copy.writestr(name, content)
    return bare
