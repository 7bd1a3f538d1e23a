"""``riskshare run --engine exact``: the answer without simulation, where a scenario has one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from simulator.cli.console import Column, print_json, print_table, warn_of_compiling
from simulator.cli.text import Text, language
from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.results.exact import ExactAnswer
    from simulator.scenario.loader import Loaded

EXACT = "exact"
HEADS = (
    Column(Text("指标", "measure")),
    Column(Text("数值", "figure"), "right"),
    Column(Text("取整误差内", "within rounding"), "right"),
    *(Column(Text(f"{level}%分位", f"{level}%"), "right") for level in (5, 50, 95)),
)


def refuse_exact(engine: str, command: str) -> None:
    """Refuse the exact path in a command that compares histories.

    Raises
    ------
    SimulatorError
        Saying what to do instead.
    """
    if engine == EXACT:
        zh = f"{command} 逐路径比较，不能用 --engine exact；请对每个情景分别 riskshare run 情景 --engine exact"
        en = f"{command} works history by history and cannot use --engine exact; run each scenario: riskshare run SCENARIO --engine exact"
        raise SimulatorError(zh, en)


def run_exact(loaded: Loaded, folder: Path, *, as_json: bool) -> float:
    """Work out, store and print the exact answer of one scenario; returns the seconds it took."""
    from simulator.engine.exact import exact_results
    from simulator.report.exact import exact_markdown
    from simulator.results.exact import write_exact
    from simulator.results.manifest import manifest_of
    from simulator.results.studies_kept import write_exact_found

    warn_of_compiling()
    start = time.monotonic()
    answer = exact_results(loaded.scenario)
    seconds = time.monotonic() - start
    manifest = {key: value for key, value in manifest_of(loaded, EXACT).items() if key not in ("seed", "histories")}
    shown = {"sha256": str(manifest["sha256"])[:16], "riskshare": manifest["packages"]["riskshare"], "engine": EXACT}
    write_exact_found(folder, answer, loaded.digest)
    write_exact(folder, answer, manifest)
    (folder / "summary.md").write_text(exact_markdown(answer, title_of(loaded), shown, language()), encoding="utf-8", newline="\n")
    if as_json:
        print_json(answer.as_json(loaded.name, manifest))
    else:
        print_exact(answer, title_of(loaded))
    return seconds


def title_of(loaded: Loaded) -> str:
    """Title of a scenario in the user's language."""
    scenario = loaded.scenario
    return scenario.title_en if language() == "en" and scenario.title_en else scenario.title


def print_exact(answer: ExactAnswer, title: str) -> None:
    """Print the headline sentences and the measures."""
    from simulator.report.exact import exact_headline, exact_rows, how_exact

    click.echo(f"{title}\n")
    for sentence in (*exact_headline(answer, language()), how_exact(answer, language())):
        click.echo(sentence.replace("**", ""))
    print_table(HEADS, exact_rows(answer, language()))
