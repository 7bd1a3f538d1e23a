"""Names that point at other names: accounts, layers, grades, regions.

These checks read the plain tree, so they also run where a value beside them is wrong, and all problems are told at once.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

from simulator.scenario.messages import unknown
from simulator.scenario.models import Repayment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.scenario.positions import Findings, Path, Place

BANK = "bank"
BORROWER = "borrower"
LOAN = "loan"
"""The project's loan, among the parts of its funding."""

FEATURES = {"grade": "A", "firm_class": "其他", "region": "全域", "route": "普通"}
"""Features that firms are spread over, with the name they have where a segment does not say."""
FEATURE_TITLES = {"grade": ("等级", "grade"), "firm_class": ("企业类别", "firm class"), "region": ("地区", "region"), "route": ("业务通道", "route")}


def check(values: dict[str, Any], place: Callable[..., Place], findings: Findings) -> None:
    """Note every name that points at nothing.

    Parameters
    ----------
    values : dict
        The scenario as plain values, in which anything may still be wrong.
    place : callable
        From a path to where it is written.
    findings : Findings
        Takes the problems.
    """
    _Names(values, place, findings).check()


class _Names:
    def __init__(self, values: dict[str, Any], place: Callable[..., Place], findings: Findings) -> None:
        self.values, self.place, self.findings = values, place, findings
        self.accounts = list(self.block("scheme", "accounts"))
        self.layers = list(self.block("scheme", "layers"))
        self.segments = self.block("population", "segments")
        self.projects = self.block("population", "projects")
        self.known = {feature: self.spread(feature) for feature in FEATURES}

    def block(self, *path: str | int) -> dict[str, Any]:
        node: Any = self.values
        for part in path:
            node = node.get(part) if isinstance(node, dict) else None
        return {str(key): value for key, value in node.items()} if isinstance(node, dict) else {}

    def spread(self, feature: str) -> list[str]:
        names: dict[str, None] = {}
        for segment in self.segments:
            said = self.block("population", "segments", segment).get(feature, FEATURES[feature])
            names.update(dict.fromkeys(map(str, said) if isinstance(said, dict) else [str(said)]))
        for one in self.projects:
            names[str(self.block("population", "projects", one).get(feature, FEATURES[feature]))] = None
        return list(names)

    def check(self) -> None:
        for name in self.accounts:
            self.check_account(name)
        for number, name in enumerate(self.layers):
            self.check_layer(name, self.layers[:number])
        for kind, key in (("fees", "payer"), ("fees", "payee"), ("interest_subsidies", "payer")):
            for name, said in self.block("scheme", kind).items():
                parties = [BORROWER, BANK] if (kind, key) == ("fees", "payer") else []
                self.account(said, ("scheme", kind, name, key), *parties)
        for name, said in self.block("scheme", "fees").items():
            self.layer(said, ("scheme", "fees", name, "on"), self.layers)
        for name, said in self.block("scheme", "guards").items():
            for i, layer in enumerate(said.get("layers") or () if isinstance(said, dict) else ()):
                self.name(layer, self.layers, ("scheme", "guards", name, "layers", i), "分担层", "layer")
        for name, segment in self.segments.items():
            self.check_segment(name, segment)
        self.check_stages()
        if self.segments or self.projects:
            self.check_conditions(self.values.get("scheme"), ("scheme",))
            self.check_grades()

    def check_stages(self) -> None:
        """Note instruments, stages and sets of projects that point at nothing."""
        stages = [str(stage) for name in self.projects for stage in self.block("population", "projects", name, "stages")]
        stages = list(dict.fromkeys(stages))
        instruments = {kind: self.block("scheme", kind) for kind in ("grants", "policies", "investments")}
        for kind, keys in (("grants", ("payer",)), ("policies", ("insurer",)), ("investments", ("investor", "back_to"))):
            for name in instruments[kind]:
                path = ("scheme", kind, name)
                said = self.block(*path)
                for key in keys:
                    self.account(said, (*path, key))
                self.account(self.block(*path, "premium_subsidy"), (*path, "premium_subsidy", "payer"))
                self.names_in(said.get("projects"), list(self.projects), (*path, "projects"), "分阶段项目", "set of projects")
                self.names_in(said.get("stages"), stages, (*path, "stages"), "阶段", "stage")
                if isinstance(said.get("stage"), str):
                    self.name(said["stage"], stages, (*path, "stage"), "阶段", "stage")
        for name in self.projects:
            path = ("population", "projects", name)
            loan = self.block(*path, "loan")
            if isinstance(loan.get("stage"), str):
                self.name(loan["stage"], list(self.block(*path, "stages")), (*path, "loan", "stage"), "阶段", "stage")
        counted = [*instruments["grants"], *instruments["investments"], LOAN]
        for name in self.block("scheme", "funding"):
            path = ("scheme", "funding", name)
            self.name(name, list(self.projects), path, "分阶段项目", "set of projects", key=True)
            counts: Any = self.block(*path).get("counts")
            insured = [one for one in counts if one in instruments["policies"]] if isinstance(counts, tuple) else []
            for one in insured:
                zh = f"“{one}”是保险：保险金额不是资金，不计入资金总额；请删去"
                en = f"{one!r} is insurance: a sum insured is no funding and never counts; delete it"
                self.findings.add(self.place((*path, "counts")), (*path, "counts"), zh, en)
            rest = tuple(one for one in counts if one not in insured) if isinstance(counts, tuple) else ()
            self.names_in(rest, counted, (*path, "counts"), "拨款、股权投资或 loan（贷款）", "grant, investment or the word loan")

    def names_in(self, found: Any, known: list[str], path: Path, zh: str, en: str) -> None:  # noqa: ANN401
        for name in found if isinstance(found, tuple) else ():
            self.name(name, known, path, zh, en)

    def check_account(self, name: str) -> None:
        path = ("scheme", "accounts", name)
        funders = self.block(*path).get("funded_by")
        for funder in funders if isinstance(funders, dict) else [funders] if isinstance(funders, str) else []:
            here = (*path, "funded_by", funder) if isinstance(funders, dict) else (*path, "funded_by")
            if funder == name:
                self.findings.add(self.place(here, key=True), here, f"账户“{name}”不能给自己出资", f"account {name!r} cannot fund itself")
            else:
                self.name(funder, self.accounts, here, "账户", "account", key=True)
        shares = self.block(*path, "sub_accounts", "shares")
        if self.segments or self.projects:
            for region in shares:
                self.name(region, self.known["region"], (*path, "sub_accounts", "shares", region), *FEATURE_TITLES["region"], key=True)

    def check_layer(self, name: str, earlier: list[str]) -> None:
        path = ("scheme", "layers", name)
        said = self.block(*path)
        self.account(said, (*path, "payer"))
        self.account(self.block(*path, "aggregate"), (*path, "aggregate", "excess_to"), BANK)
        if said.get("basis") == "payment_of" and "of" not in said:
            zh, en = "basis 为 payment_of 时要写 of：分担哪一层的支付", "basis payment_of needs of: the layer whose payment is shared"
            self.findings.add(self.place((*path, "basis")), path, zh, en)
        elif "of" in said and said.get("basis") != "payment_of":
            zh, en = "只有 basis: payment_of 才写 of；请删去 of 或改 basis", "of belongs to basis payment_of only; delete it or change the basis"
            self.findings.add(self.place((*path, "of")), (*path, "of"), zh, en)
        elif said.get("of") in self.layers and said["of"] not in earlier:
            zh, en = f"“{said['of']}”不在本层之前；请把它排到“{name}”前面", f"{said['of']!r} does not stand before this layer; move it above {name!r}"
            self.findings.add(self.place((*path, "of")), (*path, "of"), zh, en)
        else:
            self.layer(said, (*path, "of"), self.layers)

    def account(self, said: Any, path: Path, *others: str) -> None:  # noqa: ANN401
        if isinstance(said, dict) and isinstance(said.get(path[-1]), str):
            self.name(said[path[-1]], [*self.accounts, *others], path, "账户", "account")

    def layer(self, said: Any, path: Path, known: list[str]) -> None:  # noqa: ANN401
        if isinstance(said, dict) and isinstance(said.get(path[-1]), str):
            self.name(said[path[-1]], known, path, "分担层", "layer")

    def name(self, found: object, known: list[str], path: Path, zh: str, en: str, *, key: bool = False) -> None:
        if str(found) not in known:
            self.findings.add(self.place(path, key=key), path, *unknown(str(found), known, zh, en))

    def check_segment(self, name: str, segment: Any) -> None:  # noqa: ANN401
        if not isinstance(segment, dict):
            return
        path = ("population", "segments", name)
        said = segment.get("repayment")
        for kind in said if isinstance(said, dict) else [said] if said else []:
            here = (*path, "repayment", kind) if isinstance(said, dict) else (*path, "repayment")
            self.name(kind, list(typing.get_args(Repayment)), here, "还款方式", "repayment type", key=True)
        grade = segment.get("grade", FEATURES["grade"])
        grades = [str(one) for one in grade] if isinstance(grade, dict) else [str(grade)]
        for key in ("pd", "rate", "asset_correlation"):
            self.by_grade(segment.get(key), (*path, key), grades)
        self.by_grade(self.block(*path, "loan").get("mean"), (*path, "loan", "mean"), grades)

    def check_grades(self) -> None:
        for path in (("scheme", "limits", "loan"), ("scheme", "limits", "firm"), ("macro", "asset_correlation"), ("without_scheme", "market_rate")):
            self.by_grade(self.block(*path[:-1]).get(path[-1]), path, self.known["grade"])

    def by_grade(self, said: Any, path: Path, grades: list[str]) -> None:  # noqa: ANN401
        if not isinstance(said, dict):
            return
        for grade in said:
            self.name(grade, grades, (*path, str(grade)), "等级", "grade", key=True)
        lacking = [grade for grade in grades if grade not in said]
        if lacking:
            zh, en = f"等级 {'、'.join(lacking)} 没有值；每个等级都要写", f"grade {', '.join(lacking)} has no value; every grade needs one"
            self.findings.add(self.place(path, key=True), path, zh, en)

    def check_conditions(self, node: Any, path: Path) -> None:  # noqa: ANN401
        for key, child in _children(node):
            here = (*path, key)
            if key in ("when", "applies_to") and isinstance(child, tuple):
                for i, condition in enumerate(child):
                    self.check_condition(condition, (*here, i))
            else:
                self.check_conditions(child, here)

    def check_condition(self, condition: Any, path: Path) -> None:  # noqa: ANN401
        if not isinstance(condition, dict):
            return
        segments = [*self.segments, *self.projects]
        sectors = [str(self.block("population", "segments", name).get("sector") or name) for name in segments]
        known = {**self.known, "segment": segments, "sector": list(dict.fromkeys(sectors))}
        titles = {**FEATURE_TITLES, "segment": ("企业分组", "segment"), "sector": ("行业", "sector")}
        for feature, names in known.items():
            said = condition.get(feature)
            for i, name in enumerate(said if isinstance(said, tuple) else ()):
                self.name(name, names, (*path, feature, i), *titles[feature])


def _children(node: Any) -> Iterator[tuple[str | int, Any]]:  # noqa: ANN401
    if isinstance(node, dict):
        yield from ((str(key), child) for key, child in node.items())
    elif isinstance(node, tuple):
        yield from enumerate(node)
