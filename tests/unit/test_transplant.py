"""Schemes on other schemes' firms: labels that a population does not state are drawn in the scheme's own proportions, and move nothing else.

The proportions expected here are worked out by hand from the scenario files.
"""

from __future__ import annotations

import itertools
import math
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner
from engines import all_different, play_both

from simulator.analysis.compare import compare_scenarios
from simulator.cli.main import program
from simulator.errors import ContractError, TapeError
from simulator.runs.play import prepare
from simulator.runs.session import fate_key, world_key
from simulator.scenario.labels import drawn_labels, labels_needed, tell_drawn_labels
from simulator.scenario.loader import load, load_text
from simulator.scenario.names import address_of
from simulator.scenario.sentences import tell_scheme
from simulator.scenario.transplant import on_population_of
from simulator.scenario.writer import show
from simulator.world.draw import draw_history
from simulator.world.population import plan_world

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.rules.books import Records
    from simulator.scenario.loader import Loaded
    from simulator.scenario.models import Scenario

SCHEMES = ("湖北", "广东", "泉州")
OF_QUANZHOU = {"融资担保": 600, "科技保": 143, "增信基金": 285, "知识产权质押": 100, "技术创新基金": 415}
"""Firms of 泉州's segments, each of one route."""
GRADES = {"A": 0.05, "B": 0.20, "C": 0.40, "D": 0.25, "E": 0.10}
"""Of 湖北's firms."""
ROUTES = {"广东": {"直接": 0.8, "担保": 0.2}, "泉州": {name: firms / 1543 for name, firms in OF_QUANZHOU.items()}}
LABELS = ("grade", "region", "route", "firm_class", "unsecured", "flags")
TAPE = """
name: 台账
title: a tape
run: {start: 2025-01-01, lend_until: 2025-12-31, histories: 5, seed: 7}
population:
  tape:
    file: loans.csv
    fates: FATES
    columns: {loan: loan, firm: firm, drawdown: day, term_months: months, amount: amount, default_date: failed, loss: loss}
    segment: {pd: 30%, repayment: interest_only, rate: 4%SEGMENT}
losses: {lgd: {mean: 60%, spread: 0.2}, lag: {mean: 200天}}
banks: {members: {甲: {share: 100%}}}
"""
N_FIRMS = 1200
SEGMENTS = ("担保贷款企业", "科技保企业", "科创指数贷企业", "知识产权质押企业", "技改研发企业")
STRESSED = [f"population.segments.{name}.{change}" for name in SEGMENTS for change in ("firms=40", "pd=40%")]


def tape_in(folder: Path, *, fates: str = "drawn", segment: str = "", rows: list[str] | None = None) -> Loaded:
    """A scenario of two loans a firm, a third of which default where recorded."""
    (folder / "loans.csv").write_text("\n".join(["loan,firm,day,months,amount,failed,loss", *(rows or tape_rows())]), encoding="utf-8")
    (folder / "tape.yaml").write_text(TAPE.replace("FATES", fates).replace("SEGMENT", segment), encoding="utf-8")
    return load(folder / "tape.yaml")


def tape_rows(n_firms: int = N_FIRMS) -> list[str]:
    """Loans of 10 to 2000 thousand yuan in March and June."""
    rows = []
    for firm, month in itertools.product(range(n_firms), (3, 6)):
        failed = "2025-11-15,1000" if firm % 3 == 0 else ","
        rows.append(f"L{firm}-{month},F{firm},2025-{month:02d}-{1 + firm % 28:02d},12,{10_000 * (1 + firm % 200)},{failed}")
    return rows


@pytest.fixture(params=["湖北", "广东", "泉州", "泉州 as a fixed book", "tape", "replay"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Loaded:
    """A population: a scheme's own firms, drawn anew or once, or a tape's."""
    if request.param in ("tape", "replay"):
        return tape_in(tmp_path, fates="drawn" if request.param == "tape" else "replay")
    name, _, is_fixed = request.param.partition(" ")
    fewer = [] if name == "泉州" else ["population.segments.科技型企业.firms=2000"]
    return load(name, sets=["run.histories=3", *fewer, *(["population.book=fixed"] if is_fixed else [])])


def links_of(scenario: Scenario, history: int = 0) -> Records:
    return draw_history(plan_world(scenario, prepare(scenario).setting.calendar), history).links


def firms_in(links: Records) -> Records:
    """One link of each firm."""
    return links[np.unique(links["firm"], return_index=True)[1]]


def check_shares(links: Records, label: str, names: tuple[str, ...], expected: dict[str, float]) -> None:
    """Compare the shares of firms with what is expected, at four standard errors."""
    found = firms_in(links)[label]
    for name, share in expected.items():
        part = (found == names.index(name)).mean()
        assert abs(part - share) < 4 * math.sqrt(share * (1 - share) / len(found)), (label, name, part)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_scheme_meets_the_same_loans_and_fates_on_anothers_firms(scheme: str, base: Loaded) -> None:
    moved = on_population_of(load(scheme), base)
    assert fate_key(moved.scenario) == fate_key(base.scenario)
    for history in (0, 2):
        theirs, ours = links_of(base.scenario, history), links_of(moved.scenario, history)
        assert len(theirs) > 1000
        for field in theirs.dtype.names:
            if field not in LABELS:
                assert np.array_equal(theirs[field], ours[field]), field
        assert (theirs["failure_day"] == ours["failure_day"]).all()


def test_missing_labels_are_drawn_in_the_proportions_of_the_schemes_own_firms(base: Loaded) -> None:
    on = {scheme: on_population_of(load(scheme), base) for scheme in SCHEMES}
    for scheme, expected in ROUTES.items():
        if not base.name.startswith(scheme):
            names = plan_world(on[scheme].scenario, prepare(on[scheme].scenario).setting.calendar).names
            check_shares(links_of(on[scheme].scenario), "route", names.routes, expected)
    check_shares(links_of(on["湖北"].scenario), "grade", ("A", "B", "C", "D", "E"), GRADES)


def test_a_label_does_not_depend_on_the_fate(tmp_path: Path) -> None:
    """Of the firms that fail and of the others the same part is of each grade."""
    links = firms_in(links_of(on_population_of(load("湖北"), tape_in(tmp_path)).scenario))
    failed = links["failure_day"] < links["failure_day"].max()
    assert 200 < failed.sum() < len(links) - 200
    for grade, share in enumerate(GRADES.values()):
        parts = [(links["grade"][mask] == grade).mean() for mask in (failed, ~failed)]
        assert abs(parts[0] - parts[1]) < 4 * math.sqrt(share * (1 - share) * (1 / failed.sum() + 1 / (~failed).sum()))


def test_labels_of_a_tape_belong_to_the_firm_wherever_its_rows_stand(tmp_path: Path) -> None:
    hubei = load("湖北")

    def grades(rows: list[str]) -> dict[str, int]:
        loaded = on_population_of(hubei, tape_in(tmp_path, rows=rows))
        links = links_of(loaded.scenario)
        names = sorted({row.split(",")[1] for row in rows})
        found: dict[str, set[int]] = {}
        for firm, grade in zip(links["firm"].tolist(), links["grade"].tolist(), strict=True):
            found.setdefault(names[firm], set()).add(grade)
        assert all(len(of_firm) == 1 for of_firm in found.values())
        return {name: of_firm.pop() for name, of_firm in found.items()}

    rows = tape_rows(200)
    shuffled = random.Random(1).sample(rows, len(rows))  # noqa: S311  no secret
    few, mixed, many = grades(rows), grades(shuffled), grades(tape_rows(300))
    assert few == mixed
    assert few.items() <= many.items()


def test_a_label_of_a_tape_stands_at_the_address_where_a_synthetic_firms_does(tmp_path: Path) -> None:
    """Grade: fourth draw of a firm's first block; route: first of its third (numpy's generator is the reference). Purpose 4, history 2 ** 62."""
    seed, hubei, guangdong = 7, load("湖北"), load("广东")
    base = tape_in(tmp_path, rows=tape_rows(50))
    keys = [address_of(f"firm {name}") for name in sorted(f"F{firm}" for firm in range(50))]

    def words(key: int, block: int) -> list[float]:
        number = block | 4 << 64 | key << 128 | 2**62 << 192
        raw = np.random.Philox(counter=(number - 1) % 2**256, key=seed).random_raw(4)
        return [((int(word) >> 12) + 0.5) / 2**52 for word in raw]

    grades = [int(np.searchsorted(np.cumsum(list(GRADES.values())), words(key, 0)[3], side="right")) for key in keys]
    assert firms_in(links_of(on_population_of(hubei, base).scenario))["grade"].tolist() == grades
    moved = on_population_of(guangdong, base).scenario
    names = plan_world(moved, prepare(moved).setting.calendar).names
    routes = [names.routes.index("直接" if words(key, 2)[0] < 0.8 else "担保") for key in keys]
    assert firms_in(links_of(moved))["route"].tolist() == routes


def test_what_a_population_states_itself_stays(tmp_path: Path) -> None:
    sets = [f"population.segments.{name}.grade={{A: 30%, B: 70%}}" for name in load("泉州").scenario.population.segments]
    graded = load("泉州", sets=[*sets, "population.segments.科技保企业.region={武汉: 100%}"])
    moved = on_population_of(load("湖北分市"), graded)
    segments = moved.scenario.population.segments
    assert all(segment.grade == {"A": 300_000, "B": 700_000} for segment in segments.values())
    assert segments["科技保企业"].region == {"武汉": 1_000_000}
    assert segments["担保贷款企业"].region["武汉"] == 500_000
    assert moved.scenario.scheme.limits.loan == {"A": 10_000_000_00, "B": 7_000_000_00}
    (region,) = drawn_labels(moved)
    assert region.segments == ("担保贷款企业", "科创指数贷企业", "知识产权质押企业", "技改研发企业")
    on_tape = on_population_of(load("湖北"), tape_in(tmp_path, segment=", grade: B"))
    assert on_tape.scenario.scheme.limits.loan == {"B": 7_000_000_00}
    assert tell_drawn_labels(on_tape) is None


def test_a_scheme_brings_only_labels_that_it_looks_at() -> None:
    assert labels_needed(load("湖北").scenario) == {"grade"}
    assert labels_needed(load("湖北分市").scenario) == {"grade", "region"}
    assert labels_needed(load("广东").scenario) == {"route", "unsecured", "borrowed_before"}
    assert labels_needed(load("泉州").scenario) == {"route", "firm_class"}
    moved = on_population_of(load("广东"), load("湖北"))
    assert moved.scenario.population.segments["科技型企业"].grade == load("湖北").scenario.population.segments["科技型企业"].grade


def test_grades_by_which_values_go_decide_fates_and_pair_nothing() -> None:
    path = "population.segments.科技型企业"
    by_grade = [f"{path}.pd={{A: 1%, B: 2%, C: 3%, D: 4%, E: 5%}}"]
    other = [*by_grade, f"{path}.grade={{A: 10%, B: 15%, C: 40%, D: 25%, E: 10%}}"]
    assert fate_key(load("湖北", sets=by_grade).scenario) != fate_key(load("湖北", sets=other).scenario)
    plain = [f"{path}.loan.mean=300万元"]
    relabelled = [*plain, f"{path}.grade={{A: 10%, B: 15%, C: 40%, D: 25%, E: 10%}}"]
    one, two = load("湖北", sets=plain).scenario, load("湖北", sets=relabelled).scenario
    assert fate_key(one) == fate_key(two)
    assert world_key(one) != world_key(two)


def test_grades_that_a_tape_states_decide_fates(tmp_path: Path) -> None:
    """They name the blocks in which defaulters are drawn."""
    keys = {fate_key(tape_in(tmp_path, segment=f", grade: {grade}").scenario) for grade in ("A", "B")}
    assert len(keys) == 1
    by_grade = {fate_key(tape_in(tmp_path, segment=f", grade: {grade}, asset_correlation: {{A: 10%, B: 10%}}").scenario) for grade in ("A", "B")}
    assert len(by_grade) == 2


def test_where_neither_states_grades_limits_by_grade_are_refused() -> None:
    sets = ["scheme.limits.loan={A: 100万元}"]
    with pytest.raises(ContractError, match="give each segment its grade") as refused:
        on_population_of(load("广东", sets=sets), load("泉州"))
    assert "scheme.limits.loan" in refused.value.zh


def test_where_values_of_the_population_go_by_grade_no_grade_is_drawn() -> None:
    with pytest.raises(ContractError, match="has values by grade"):
        on_population_of(load("湖北"), load("泉州", sets=["population.segments.科技保企业.pd={A: 2%}"]))


@pytest.mark.parametrize(("scheme", "population"), [("岱山", "泉州"), ("泉州", "岱山")])
def test_projects_in_stages_are_refused_by_name(scheme: str, population: str) -> None:
    with pytest.raises(ContractError, match="'岱山' plays projects in stages"):
        on_population_of(load(scheme), load(population))


@pytest.mark.parametrize("scheme", [*SCHEMES, "湖北分市"])
@pytest.mark.parametrize("kind", ["drawn", "fixed", "tape", "replay"])
def test_engines_are_equal_on_drawn_labels(scheme: str, kind: str, tmp_path: Path) -> None:
    if kind in ("tape", "replay"):
        population = tape_in(tmp_path, fates="drawn" if kind == "tape" else "replay", rows=tape_rows(60))
    else:
        population = load("泉州", sets=[*STRESSED, f"population.book={kind}"])
    assert not all_different(play_both(on_population_of(load(scheme), population).scenario, 0, 1))


def test_differences_on_drawn_labels_are_paired(tmp_path: Path) -> None:
    """广东 and 泉州 lend all that is asked for and pay 5 % of what comes back as cost, so their gross losses are the same, history by history."""
    for population in (load("泉州", sets=["run.histories=4"]), tape_in(tmp_path)):
        compared = compare_scenarios([on_population_of(load(name), population) for name in ("广东", "泉州", "湖北")])
        assert compared.paired == [True, True, True]
        gross = compared.differences[1]["bank.gross_loss"]
        assert (gross.mean, gross.se) == (0, 0)
        assert compared.differences[1]["bank.net_loss"].mean != 0
        assert compared.differences[2]["lending.volume"].mean < 0


def test_a_tape_may_state_shares_of_its_own(tmp_path: Path) -> None:
    loaded = tape_in(tmp_path, segment=", route: {甲: 30%, 乙: 70%}, unsecured: {40%: 25%, 100%: 75%}, ip_pledge: 20%, key_list: true")
    links = firms_in(links_of(loaded.scenario))
    names = plan_world(loaded.scenario, prepare(loaded.scenario).setting.calendar).names
    check_shares(links, "route", names.routes, {"甲": 0.3, "乙": 0.7})
    check_shares(links, "unsecured", tuple(range(1_000_001)), {400_000: 0.25, 1_000_000: 0.75})  # type: ignore[arg-type,dict-item]
    assert abs(((links["flags"] & 1) > 0).mean() - 0.2) < 4 * math.sqrt(0.2 * 0.8 / N_FIRMS)
    (segment,) = loaded.scenario.population.segments.values()
    assert (segment.route, segment.ip_pledge, segment.key_list) == ({"甲": 300_000, "乙": 700_000}, pytest.approx(0.2), 1.0)
    told = " ".join(one.words.en for one in tell_scheme(loaded.scenario))
    assert "drawn once a firm, for all histories: route 甲 30%, 乙 70%; unsecured part 40% (25%), 100% (75%); IP pledged 20%" in told


@pytest.mark.parametrize(("key", "usual"), [("pd", "pd: 30%"), ("rate", "rate: 4%")])
def test_values_by_grade_are_refused_where_a_tapes_grades_are_drawn(key: str, usual: str, tmp_path: Path) -> None:
    tape_in(tmp_path)
    path = tmp_path / "tape.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(usual, f"{key}: {{A: 1%, B: 2%}}, grade: {{A: 50%, B: 50%}}"), encoding="utf-8")
    with pytest.raises(TapeError, match="grades are drawn") as refused:
        load(path)
    assert f"population.tape.segment.{key}" in refused.value.render("zh")


def test_what_was_drawn_is_told_in_both_languages_and_outlives_the_file() -> None:
    moved = on_population_of(load("广东"), load("泉州"))
    for loaded in (moved, load_text(show(moved, marks="inline"), "moved")):
        words = tell_drawn_labels(loaded)
        assert words is not None
        assert words.zh.startswith("广东@泉州：")
        assert words.zh.endswith(
            "业务通道（原有的是别的方案的通道） 直接 80%、担保 20%；信用部分占比 30%（30%）、60%（30%）、100%（40%）；曾有贷款 50.2%。"
        )
        assert "route (those stated are another scheme's) 直接 80%, 担保 20%; unsecured part 30% (30%)" in words.en
    assert tell_drawn_labels(load("广东")) is None


@pytest.mark.parametrize(("lang", "words"), [("zh", "等级 A 5%、B 20%、C 40%、D 25%、E 10%"), ("en", "grade A 5%, B 20%, C 40%, D 25%, E 10%")])
def test_compare_says_on_the_terminal_and_in_its_summaries_what_was_drawn(lang: str, words: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("simulator.cli.text._chosen", [])
    arguments = ["compare", "湖北", "广东", "泉州", "--population", "泉州", "--histories", "4", "--workers", "1", "--no-ranges"]
    told = CliRunner().invoke(program(), [*arguments, "--lang", lang, "--out", str(tmp_path)], catch_exceptions=False)
    assert told.exit_code == 0
    summaries = [(folder / "summary.md").read_text(encoding="utf-8") for folder in (tmp_path, tmp_path / "湖北@泉州")]
    for text in (told.stderr, *summaries):
        assert words in text
    assert words not in (tmp_path / "泉州" / "summary.md").read_text(encoding="utf-8")
