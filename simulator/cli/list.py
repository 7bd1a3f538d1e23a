"""``riskshare list``: the built-in scenarios."""

from __future__ import annotations

from simulator.cli.console import Column, print_json, print_table
from simulator.cli.options import json_option
from simulator.cli.text import Text, language, say
from simulator.cli.words import command

KINDS = {"scheme": Text("方案", "scheme"), "reform": Text("改动", "reform"), "case": Text("小算例", "case")}
COLUMNS = (Column(Text("名称", "name")), Column(Text("英文名", "ASCII name")), Column(Text("类别", "kind")), Column(Text("标题", "title")))


@command(
    "list",
    "riskshare list",
    "riskshare list --json",
    more=Text("改动（extends）只写与另一情景不同之处。", "A reform holds only what differs from another scenario."),
)
@json_option
def main(as_json: bool) -> None:
    """Print both names, kind and title of each built-in scenario."""
    from simulator.scenario.library import list_builtin

    found = list_builtin()
    if as_json:
        print_json([{"name": one.name, "ascii": one.stem, "kind": one.kind, "title": one.title, "title_en": one.title_en} for one in found])
        return
    titles = [(language() == "en" and one.title_en) or one.title for one in found]
    print_table(COLUMNS, [(one.name, one.stem, say(KINDS[one.kind]), title) for one, title in zip(found, titles, strict=True)])
