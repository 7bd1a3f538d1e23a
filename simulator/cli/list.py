"""``riskshare list``: the built-in scenarios and studies."""

from __future__ import annotations

from simulator.cli.console import Column, print_json, print_table
from simulator.cli.options import json_option
from simulator.cli.text import Text, language, say
from simulator.cli.words import command

KINDS = {"scheme": Text("方案", "scheme"), "reform": Text("改动", "reform"), "case": Text("小算例", "case"), "study": Text("研究", "study")}
COLUMNS = (Column(Text("名称", "name")), Column(Text("英文名", "ASCII name")), Column(Text("类别", "kind")), Column(Text("标题", "title")))


@command(
    "list",
    "riskshare list",
    "riskshare list --json",
    more=Text(
        "改动（extends）只写与另一情景不同之处；研究用 riskshare study 推演，只有英文名。",
        "A reform holds only what differs from another scenario; studies are played by riskshare study.",
    ),
)
@json_option
def main(as_json: bool) -> None:
    """Print both names, kind and title of each built-in scenario and study."""
    from simulator.scenario.library import list_builtin
    from simulator.scenario.study import list_studies, load_study

    found: list[dict[str, str | None]] = [
        {"name": one.name, "ascii": one.stem, "kind": one.kind, "title": one.title, "title_en": one.title_en} for one in list_builtin()
    ]
    for path in list_studies():
        study = load_study(path).study
        found.append({"name": path.stem, "ascii": path.stem, "kind": "study", "title": study.title, "title_en": study.title_en})
    if as_json:
        print_json(found)
        return
    rows = []
    for one in found:
        title = (language() == "en" and one["title_en"]) or one["title"]
        rows.append((str(one["name"]), str(one["ascii"]), say(KINDS[str(one["kind"])]), str(title)))
    print_table(COLUMNS, rows)
