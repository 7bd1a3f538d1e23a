from __future__ import annotations

import ast
import re
import struct
from pathlib import Path

import click
import pytest

from simulator.cli.text import CATALOGUE

FOLDER = CATALOGUE / "zh_CN" / "LC_MESSAGES"
MAGIC = 0x950412DE
FIELDS = re.compile(r"\{(\w*)")


def read_catalogue(path: Path) -> dict[str, str]:
    """Messages of a .po file; a plural's two forms are joined by a zero character, as gettext stores them."""
    messages: dict[str, str] = {}
    for entry in path.read_text(encoding="utf-8").split("\n\n"):
        parts: dict[str, str] = {}
        keyword = ""
        for line in entry.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            start = line.index('"')
            keyword = line[:start].strip() or keyword
            parts[keyword] = parts.get(keyword, "") + ast.literal_eval(line[start:])
        source = "\0".join(parts[k] for k in ("msgid", "msgid_plural") if k in parts)
        messages[source] = parts.get("msgstr", parts.get("msgstr[0]", ""))
    return messages


def packed(messages: dict[str, str]) -> bytes:
    """A .mo file (GNU gettext manual, "The Format of GNU MO Files")."""
    pairs = sorted((source.encode(), target.encode()) for source, target in messages.items())
    start = 28 + 16 * len(pairs)
    tables: list[bytes] = []
    text = b""
    for column in (0, 1):
        table = b""
        for pair in pairs:
            table += struct.pack("<II", len(pair[column]), start + len(text))
            text += pair[column] + b"\0"
        tables.append(table)
    header = struct.pack("<7I", MAGIC, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return header + b"".join(tables) + text


def test_the_binary_catalogue_is_made_from_the_readable_one(update_expected: bool) -> None:
    made = packed(read_catalogue(FOLDER / "messages.po"))
    if update_expected:
        (FOLDER / "messages.mo").write_bytes(made)
    assert (FOLDER / "messages.mo").read_bytes() == made


@pytest.mark.parametrize(("source", "target"), list(read_catalogue(FOLDER / "messages.po").items())[1:])
def test_a_translation_uses_only_the_fields_of_the_sentence_it_translates(source: str, target: str) -> None:
    assert target
    assert set(FIELDS.findall(target)) <= set(FIELDS.findall(source))


def test_every_translated_sentence_still_stands_in_click() -> None:
    strings = {
        node.value
        for file in Path(click.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    sources = {form for source in list(read_catalogue(FOLDER / "messages.po"))[1:] for form in source.split("\0")}
    assert sources - strings == set()
