"""``riskshare schema``: the JSON Schema of scenario files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.cli.console import print_json, say_line
from simulator.cli.options import out_option
from simulator.cli.text import Text
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from pathlib import Path


@command(
    "schema",
    "riskshare schema --out scenario.schema.json",
    "riskshare schema > scenario.schema.json",
    "riskshare schema --study --out study.schema.json",
    more=Text(
        "在情景文件第一行写 # yaml-language-server: $schema=scenario.schema.json，编辑器即可补全和检查。",
        "With the first line # yaml-language-server: $schema=scenario.schema.json, editors complete and check scenario files.",
    ),
)
@option("--study", "of_studies", is_flag=True, words=Text("改为研究文件的 Schema", "the schema of study files instead"))
@out_option
def main(out: Path | None, of_studies: bool) -> None:
    """Print the schema, or write it to a file."""
    from simulator.scenario.schema import json_schema
    from simulator.scenario.study import study_schema

    schema = study_schema() if of_studies else json_schema()
    if out is None:
        print_json(schema)
        return
    out.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")
    say_line(Text(f"已写入 {out}", f"Wrote {out}"))
