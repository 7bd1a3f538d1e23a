"""``riskshare sweep``: a grid over values of a scenario, every point on the same worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.console import Column, Progress, print_table
from simulator.cli.options import Play, folder_for, json_option, out_option, scenario_argument, study_options
from simulator.cli.reporting import report_option
from simulator.cli.text import Text, language
from simulator.cli.words import command, option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator.cli.study import Job
    from simulator.results.sweeps import SweepFound
    from simulator.scenario.loader import Loaded
    from simulator.scenario.positions import Node
    from simulator.scenario.study import Asked


@command(
    "sweep",
    "riskshare sweep 湖北 --vary scheme.layers.资金池补偿.share=50%:95%:5%",
    "riskshare sweep 湖北 --vary scheme.layers.资金池补偿.share=[50%,80%] --vary scheme.accounts.资金池.endowment=5亿元:20亿元:5亿元",
    "riskshare sweep 湖北 --reform 补偿90:scheme.layers.资金池补偿.share=90% --reform 资金池加倍:scheme.accounts.资金池.endowment=20亿元",
    "riskshare sweep hubei --vary scheme.layers.资金池补偿.share=50%:95%:5% --baseline scheme.layers.资金池补偿.share=80% --histories 200",
    more=Text(
        "每个 --vary 是网格的一边：起:止:步长 或 [列表]；--reform 的各方案另成一边。各点与基线逐条路径配对。"
        "文件写入 reports/sweep-<名称>/：结论、全部点的表、带标签的数组（每条路径与各月分位数）、图、研究文件、清单。"
        "中断后用 riskshare resume 接着做。",
        "Each --vary is one side of the grid, from:to:step or a [list]; the reforms are one more. Points are paired with the baseline history by "
        "history. Files in reports/sweep-<name>/: summary, table of all points, labelled arrays (every history, monthly quantiles), charts, study, "
        "manifest. riskshare resume goes on after an interruption.",
    ),
)
@option(
    "--vary",
    multiple=True,
    metavar="PATH=VALUES",
    words=Text("变动一个值：路径=起:止:步长 或 路径=[列表]，可重复", "vary a value: path=from:to:step or path=[list]; may be repeated"),
)
@option(
    "--reform",
    "reforms",
    multiple=True,
    metavar="NAME:PATH=VALUE",
    words=Text("一个改革方案改的一个值；同名的合在一起，可重复", "one value of a named reform; those of one name belong together; may be repeated"),
)
@option(
    "--baseline",
    multiple=True,
    metavar="PATH=VALUE|NAME",
    words=Text(
        "与哪一点比：路径=值，或改革方案名（默认：情景原样）", "what to compare with: path=value or a reform (default: the scenario as it is)"
    ),
)
@option(
    "--measures",
    multiple=True,
    metavar="NAME",
    words=Text("图表和结论里的指标，如 bank.net_loss，可重复", "measures in charts and summary, such as bank.net_loss; may be repeated"),
)
@study_options
@report_option
@out_option
@json_option
@scenario_argument
def main(
    scenario: str,
    play: Play,
    vary: tuple[str, ...],
    reforms: tuple[str, ...],
    baseline: tuple[str, ...],
    measures: tuple[str, ...],
    formats: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> None:
    """Ask for a sweep as its file would, and carry it out."""
    from simulator.cli.asking import asked_by_options, pairs
    from simulator.cli.study import start
    from simulator.scenario.loader import load

    base = load(scenario)
    keys = {
        "vary": pairs("--vary", vary),
        "reforms": reforms_said(reforms),
        "baseline": baseline_said(baseline),
        "measures": list(measures) or None,
    }
    title = Text(f"{base.name}：扫描", f"{base.name}: sweep")
    asked = asked_by_options("sweep", title, [scenario], play, keys)
    start(asked, {scenario: base}, play, folder_for(out, f"sweep-{base.name}"), formats, as_json=as_json)


def reforms_said(texts: tuple[str, ...]) -> dict[str, dict[str, Node]]:
    """Put the values of ``--reform`` together by name.

    Raises
    ------
    ScenarioError
        If one does not read ``name:path=value``.
    """
    from simulator.cli.asking import pairs
    from simulator.errors import Problem, ScenarioError

    found: dict[str, list[str]] = {}
    for number, text in enumerate(texts, 1):
        name, colon, value = text.partition(":")
        if not colon or not name.strip() or "=" in name:
            zh = f"“{text}”应写成 方案名:路径=值，如 补偿90:scheme.layers.资金池补偿.share=90%"
            en = f"{text!r} must read name:path=value, such as higher:scheme.layers.资金池补偿.share=90%"
            raise ScenarioError([Problem("--reform", number, 1, "", zh, en)])
        found.setdefault(name.strip(), []).append(value)
    return {name: pairs("--reform", values) for name, values in found.items()}


def baseline_said(texts: tuple[str, ...]) -> str | dict[str, Node] | None:
    """Read ``--baseline``: values by path, or one reform's name."""
    from simulator.cli.asking import pairs

    if len(texts) == 1 and "=" not in texts[0]:
        return texts[0]
    return pairs("--baseline", texts) or None


def check(asked: Asked, loaded: Sequence[Loaded]) -> None:
    """Refuse a grid that cannot be read or a point that the scenario refuses, at the place where it is said."""
    from simulator.analysis.sweep import grid_of

    grid_of(asked, loaded[0])


def make(job: Job) -> tuple[SweepFound, float]:
    """Play the points of a sweep and write its files."""
    from simulator.analysis.sweep import grid_of, play_grid
    from simulator.report.sweep import write_sweep
    from simulator.runs.session import Keep

    grid = grid_of(job.asked, job.loaded[0])
    keep = Keep(job.shelf, [job.shelf.folder / "points" / f"{number:04d}" for number in range(len(grid.points))]) if job.shelf else None
    with Progress(Text("推演", "playing"), grid.histories) as progress, job.workers.open() as executor:
        found = play_grid(grid, engine=job.engine, workers=job.workers.number, executor=executor, keep=keep, on_progress=progress.reached)
    write_sweep(job.folder, found, job.lang)
    return found, progress.seconds


def tell(found: SweepFound) -> None:
    """Print what each measure does over the grid, and the table of points."""
    from simulator.cli.results import print_text
    from simulator.report.sweep import cautions, sweep_sentences
    from simulator.report.sweep_text import words
    from simulator.report.text import number_and_error
    from simulator.results.measures import measure_named

    lang = language()
    print_text(f"{found.title if lang == 'zh' else found.title_en}\n")
    for sentence in [*sweep_sentences(found, lang), *cautions(found, lang)]:
        print_text(sentence.replace("**", ""))
    names = found.headline()
    columns = [Column(Text(axis.zh, axis.en)) for axis in found.axes] + [
        Column(Text(measure_named(name).zh, measure_named(name).en), "right") for name in names
    ]
    rows = []
    for point in found.points:
        texts = [text or words("as_it_is", lang) for text in point.texts]
        cells = [" ± ".join(number_and_error(one, lang)) if (one := point.measures.get(name)) else "-" for name in names]
        rows.append([*texts, *cells])
    print_table(columns, rows)
