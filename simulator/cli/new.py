"""``riskshare new``: a commented scenario file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.cli.console import say_line
from simulator.cli.text import Text, language, say
from simulator.cli.words import argument, command, option
from simulator.errors import SimulatorError

REFORM = Text(
    "# 改革方案：只写与“{base}”不同之处，其余照用。查看不同：riskshare diff {base} 本文件\n"
    "name: {name}\n"
    "title: {name}\n"
    "extends: {base}\n"
    "changes: 在这里用一句话说明改了什么\n"
    "# 把要改的值写成下面的样子：\n"
    "# scheme:\n"
    "#   layers:\n"
    "#     {layer}:\n"
    "#       share: 70%\n",
    "# A reform: only what differs from {base}. To see the difference: riskshare diff {base} this-file\n"
    "name: {name}\n"
    "title: {name}\n"
    "extends: {base}\n"
    "changes: say here in a sentence what is changed\n"
    "# Write what is to change like this:\n"
    "# scheme:\n"
    "#   layers:\n"
    "#     {layer}:\n"
    "#       share: 70%\n",
)


@command(
    "new",
    "riskshare new 我的方案.yaml",
    "riskshare new 改革.yaml --extends 湖北",
    more=Text("文件可以直接运行；已有的文件不会被覆盖。", "The file can be run as it is; a file that exists is never overwritten."),
)
@option(
    "--extends",
    "base",
    metavar="SCENARIO",
    words=Text("写一个改革方案：只写与该情景不同之处", "write a reform that holds only what differs from this scenario"),
)
@argument(
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    title=Text("文件", "FILE"),
    words=Text("要写的文件，如 我的方案.yaml", "file to write, such as mine.yaml"),
)
def main(file: Path, base: str | None) -> None:
    """Write the template."""
    from simulator.scenario.template import template

    text = reform_of(base, file.stem) if base else template(file.stem, lang=language())
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        zh, en = f"{file} 已经存在；请换一个文件名", f"{file} exists already; name another file"
        raise SimulatorError(zh, en) from None
    except FileNotFoundError:
        zh, en = f"没有文件夹 {file.parent}；请先建立", f"there is no folder {file.parent}; make it first"
        raise SimulatorError(zh, en) from None
    say_line(Text(f"已写入 {file}。下一步：riskshare validate {file}", f"Wrote {file}. Next: riskshare validate {file}"))


def reform_of(base: str, name: str) -> str:
    """Return the text of a reform of ``base`` that changes nothing yet."""
    from simulator.scenario.loader import load
    from simulator.scenario.writer import quoted

    layer = next(iter(load(base).scenario.scheme.layers), "补偿")
    return say(REFORM).format(base=quoted(base), name=quoted(name), layer=quoted(layer))
