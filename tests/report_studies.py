"""Studies of all kinds for the tests of their reports: small ones as their commands store them, and many more made from them by other figures."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from click.testing import CliRunner

from simulator.cli.main import program
from simulator.results.estimates import Estimate
from simulator.results.kept import IS, made, plain
from simulator.results.ranges import Influence, Ranged
from simulator.results.regret import MeasureRegret, RegretStudy, Split
from simulator.results.sensitivity import Index, Screened, Swing
from simulator.results.studies_kept import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.random import Generator

    from simulator.results.sensitivity import SensitivityStudy

FILE = """
schema: 1
name: {name}
title: {name}的资金池
title_en: Pool of {name}
run: {{start: 2025-01-01, lend_until: 2025-06-30, histories: 30, seed: 7}}
population:
  segments:
    科技企业: {{firms: 60, loan: {{mean: 300万元}}, pd: {{value: 5%, assumption: 没有公布, range: [2%, 12%]}}}}
losses: {{lgd: {{mean: {{value: 60%, assumption: 没有公布, range: [50%, 70%]}}}}}}
banks: {{members: {{合作银行: {{share: 100%}}}}}}
scheme:
  accounts:
    财政: {{kind: treasury, public: true}}
    资金池: {{kind: pool, public: true, endowment: 600万元, funded_by: {{财政: 100%}}}}
  layers:
    资金池补偿: {{payer: 资金池, share: {{value: {share}, source: 试行办法第三条}}, basis: overdue_principal, lag: 60天}}
"""
SHARE, POOL = "scheme.layers.资金池补偿.share", "scheme.accounts.资金池.endowment"
ASKED = {
    "sweep": ("--vary", f"{SHARE}=50%:90%:10%"),
    "sweep_reforms": ("--vary", f"{SHARE}=[50%,80%]", "--reform", f"池小:{POOL}=100万元", "--reform", f"池大:{POOL}=5000万元"),
    "sweep_map": (
        "--vary", f"{SHARE}=50%:90%:10%", "--vary", f"{POOL}=100万元:800万元:100万元",
        "--baseline", f"{SHARE}=70%", "--baseline", f"{POOL}=50万元",
    ),
    "solve": ("--find", f"{POOL}=100万元:4000万元", "--target", "pool.shortfall_probability <= 10%"),
    "solve_never": ("--find", f"{SHARE}=30%:60%", "--target", "bank.net_loss_rate <= 0.001%"),
    "solve_always": ("--find", f"{SHARE}=30%:60%", "--target", "bank.net_loss_rate <= 90%"),
    "solve_best": ("--find", f"{SHARE}=30%:95%", "--least", "fiscal.net_cost", "--subject-to", "bank.net_loss_rate <= 2%"),
    "solve_two": (
        "--find", f"{SHARE}=30%:95%:5%", "--find", f"{POOL}=100万元:2000万元:100万元",
        "--most", "bank.profit", "--subject-to", "fiscal.net_cost<=1万元",
    ),
    "frontier": ("--lever", f"{SHARE}=50%:90%:10%", "--objectives", "fiscal.net_cost:min,bank.net_loss:min"),
    "frontier_three": (
        "--lever", f"{SHARE}=50%:90%:20%", "--lever", f"{POOL}=100万元:900万元:400万元",
        "--objectives", "fiscal.net_cost:min,bank.net_loss:min,pool.shortfall_probability:min",
    ),
    "sensitivity": ("--method", "tornado,sobol", "--points", "40"),
    "stress": ("--paths", "recession,crisis"),
    "regret": ("--futures", "10"),
}  # fmt: skip
"""Options of each study, by a name that begins with its command."""


def stored(folder: Path, name: str) -> Path:
    """Make one of ``ASKED`` in a folder, or the exact answer of a small book, by its command."""
    home = folder / name
    if name == "exact":
        return called(home, "run", "参照资产池", "--engine", "exact")
    for file, share in (("小例", "80%"), ("改例", "50%")):
        (folder / f"{file}.yaml").write_text(FILE.format(name=file, share=share), encoding="utf-8")
    command = name.partition("_")[0]
    files = [str(folder / "小例.yaml"), *([str(folder / "改例.yaml")] if command == "regret" else [])]
    return called(home, command, *files, *ASKED[name], "--histories", "30", "--workers", "1")


def called(home: Path, *arguments: str) -> Path:
    """Call a command that writes into a folder."""
    done = CliRunner().invoke(program(), [*arguments, "--out", str(home), "--lang", "zh"])
    assert done.exit_code == 0, done.output
    return home


def varied(found: Any, chance: Generator) -> Any:
    """The same study with other figures: all estimates scaled alike, and moved by their own errors where nothing else rests on them."""
    moved = type(found).__name__ in ("SweepFound", "StressStudy")
    scale, seed = float(10 ** chance.uniform(-3, 4)), int(chance.integers(0, 2**31))
    return made(_changed(plain(found), scale, seed, moved=moved), {one.__name__: one for one in RECORDS})


def _changed(said: Any, scale: float, seed: int, *, moved: bool) -> Any:
    if isinstance(said, list):
        return [_changed(one, scale, seed, moved=moved) for one in said]
    if not isinstance(said, dict):
        return said
    if said.get(IS) == "Estimate":
        return _estimate(said, scale, seed, moved=moved)
    if said.get(IS) == "Target" and said["measure"] in ("fiscal.net_cost", "bank.net_loss"):
        return {**said, "value": said["value"] * scale}
    return {key: _changed(one, scale, seed, moved=moved) for key, one in said.items()}


def _estimate(said: dict[str, Any], scale: float, seed: int, *, moved: bool) -> dict[str, Any]:
    """Scale money; move by a draw that the same estimate always gets, so that what is the same stays the same."""
    found = dict(said)
    chance = np.random.default_rng([seed, zlib.crc32(json.dumps(said).encode())])
    if moved and found["se"]:
        kind = int(chance.integers(0, 3))
        shift = (0.0, chance.normal(0, 3), chance.normal(0, 30))[kind] * found["se"]
        within = found["unit"] in ("share", "rate") and found["low"] is not None and 0 <= found["low"] <= found["high"] <= 1
        found["mean"] = float(np.clip(found["mean"] + shift, 0, 1)) if within else found["mean"] + shift
        half = 2 * found["se"]
        found["low"], found["high"] = found["mean"] - half, found["mean"] + half
        if within:
            found["low"], found["high"] = max(found["low"], 0.0), min(found["high"], 1.0)
    if found["unit"] == "fen":
        found |= {key: None if found[key] is None else found[key] * scale for key in ("mean", "se", "p05", "p50", "p95", "low", "high")}
    return found


def ranged(n: int) -> list[Ranged]:
    """Assumptions that move from 0 to 10 %."""
    return [Ranged(f"x{i}", f"假设{i}", f"assumption {i}", "5%", "0%", "10%", (0.0, 0.1), 0.05) for i in range(n)]


def sensitivities(found: SensitivityStudy, chance: Generator) -> SensitivityStudy:
    """A sensitivity study by all methods with other figures: strong, weak, idle and noisy assumptions; measures that no method moves."""
    assumptions = ranged(int(chance.integers(1, 15)))
    own = {name: Estimate(one.mean or 0.5, one.se, one.n, None, None, None, one.unit, one.low, one.high) for name, one in found.own.items()}
    tables: dict[str, dict[str, list[Any]]] = {"tornado": {}, "morris": {}, "sobol": {}}
    constant: dict[str, list[str]] = {method: [] for method in tables}
    for name, one in own.items():
        for method, table in tables.items():
            if chance.random() < 0.2:
                constant[method].append(name)
                continue
            rows = [_row(method, ranging, one, chance) for ranging in assumptions]
            table[name] = sorted(rows, key=lambda row: not row.told_apart)
    points = {"tornado": 2 * len(assumptions) + 1, "morris": 40, "sobol": 64}
    noise = {name: float(chance.uniform(0, 1)) for name in own}
    return replace(found, assumptions=assumptions, own=own, points=points, constant=constant, noise=noise, **tables)


def _row(method: str, one: Ranged, own: Estimate, chance: Generator) -> Swing | Screened | Index:
    told = bool(chance.random() < 0.5)
    if not told and chance.random() < 0.5:
        idle = Estimate(0.0, 0.0, own.n, None, None, None, own.unit, 0.0, 0.0)
        if method == "tornado":
            return Swing(one, own.mean, own.mean, idle, told_apart=False)
        return Screened(one, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, told_apart=False) if method == "morris" else Index(one, *[0.0] * 7, told_apart=False)
    size = abs(own.mean) * float(10 ** chance.uniform(-2, 1))
    low, high = (own.mean + float(chance.normal(0, size)) for _ in range(2))
    if method == "tornado":
        error = size * 0.1
        difference = Estimate(high - low, error, own.n, None, None, None, own.unit, high - low - 2 * error, high - low + 2 * error)
        return Swing(one, low, high, difference, told)
    if method == "morris":
        return Screened(one, size, size, size * 0.8, size * 1.3, size * 0.4, size * 0.2, told)
    first, total = sorted(chance.uniform(-0.1, 1.3, 2))
    return Index(one, float(first), float(first - 0.2), float(first + 0.2), float(total), float(total - 0.2), float(total + 0.3), 0.1, told)


def regrets(found: RegretStudy, chance: Generator) -> RegretStudy:
    """A regret study of two to five schemes with other figures: level, close or far apart."""
    n_schemes, n_futures = int(chance.integers(2, 6)), int(chance.integers(2, 30))
    assumptions = ranged(int(chance.integers(1, 4)))
    places = chance.uniform(0, 0.1, (n_futures, len(assumptions)))
    measures = {}
    for name, one in found.measures.items():
        apart = float(chance.choice([0.0, 0.1, 2.0]))
        values = 1e9 * 10 ** chance.uniform(-3, 3) * (1 + apart * chance.normal(size=(n_futures, n_schemes)))
        if name == "pool.shortfall_probability":
            values = np.clip(values / values.max() if values.max() else values, 0, 1)
        behind = values.max(axis=1, keepdims=True) - values if one.better == "higher" else values - values.min(axis=1, keepdims=True)
        best = np.argmin(behind, axis=1)
        level = (behind == 0) | (chance.random(behind.shape) < 0.2)
        influences = [Influence(each, float(chance.uniform(-1, 1))) for each in assumptions]
        split = Split(assumptions[0], 0, 0.05, "5%", 0, 1, 2, 3, 4, 5) if chance.random() < 0.5 else None
        errors = np.abs(behind).mean(axis=0) * 0.1
        measures[name] = MeasureRegret(name, one.better, values[0], values, behind, best, level, errors, influences, (0, 1), split)
    schemes = [f"方案{i}" for i in range(n_schemes)]
    texts = [tuple(f"{value * 100:.2f}%" for value in row) for row in places]
    titles = [(name, f"scheme {name}") for name in schemes]
    return replace(found, schemes=schemes, titles=titles, assumptions=assumptions, texts=texts, places=places, measures=measures)
