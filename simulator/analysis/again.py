"""A stored result made again: the same scenario, seed and engine, and the first figure that is no longer the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import ResultsError
from simulator.results.manifest import versions_of_result
from simulator.results.store import find_tape, read_table
from simulator.scenario.loader import load_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simulator.scenario.loader import Loaded


class Changed(NamedTuple):
    """A figure that is not what was stored.

    Attributes
    ----------
    measure : str
        Dotted name.
    column : str
        ``mean``, ``se``, ``p05`` ...
    stored, found : str
        As the tables hold them; empty where there is none.
    """

    measure: str
    column: str
    stored: str
    found: str


def scenario_of(manifest: Mapping[str, Any], beside: Path) -> Loaded:
    """Read the scenario that a manifest holds.

    Raises
    ------
    ResultsError
        If the manifest holds none, or another than it says (its loan tape has changed, or this version reads it differently).
    """
    try:
        loaded = load_text(manifest["file"], manifest["name"], folder=find_tape(manifest, beside))
        digest = manifest["sha256"]
    except (KeyError, TypeError, AttributeError) as error:
        zh = f"清单里没有情景全文（缺 {error}），无法重做；请用本版本重新推演"
        raise ResultsError(zh, f"the manifest does not hold the whole scenario ({error} is missing); play it afresh with this version") from None
    if loaded.digest != digest:
        zh = f"“{loaded.name}”与清单里的校验码不同：清单被改过，贷款台账已改变，或本版本读法不同"
        en = f"{loaded.name!r} does not have its manifest's hash: one of the two was edited, or its loan tape, or this version reads it otherwise"
        raise ResultsError(zh, en)
    return loaded


def other_versions(manifest: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, stored version and version here of all that is not the same."""
    stored = {**manifest.get("packages", {}), "python": manifest.get("python", ""), "platform": manifest.get("platform", "")}
    here = versions_of_result()
    return [(name, stored.get(name, "-"), here.get(name, "-")) for name in {**stored, **here} if stored.get(name) != here.get(name)]


def first_change(stored: Path, found: Path) -> Changed | None:
    """First figure that differs between two folders of results, measures before monthly bands; None where all are the same."""
    for table in ("measures.csv", "bands.csv"):
        if (stored / table).is_file() and (found / table).is_file():
            changed = _first_change(read_table(stored / table), read_table(found / table))
            if changed:
                return changed
    return None


def first_change_in_tables(stored: Path, found: Path) -> Changed | None:
    """First cell that differs between the tables of two folders, row by row; None where all are the same.

    Raises
    ------
    ResultsError
        If the stored folder has no table.
    """
    names = sorted(path.name for path in stored.glob("*.csv"))
    if not names:
        zh = f"{stored}：旁边没有 CSV 表，没有可比的数字"
        raise ResultsError(zh, f"{stored}: there is no table beside the manifest, so no figures to compare with")
    for name in names:
        before, after = read_table(stored / name), read_table(found / name) if (found / name).is_file() else []
        for number in range(max(len(before), len(after))):
            old, new = (rows[number] if number < len(rows) else {} for rows in (before, after))
            for column in {**old, **new}:
                if old.get(column, "") != new.get(column, ""):
                    return Changed(f"{name} {number + 1}", column, old.get(column, ""), new.get(column, ""))
    return None


def _first_change(stored: list[dict[str, str]], found: list[dict[str, str]]) -> Changed | None:
    old, new = ({_name(row): row for row in rows} for rows in (stored, found))
    for name in {**old, **new}:
        before, after = old.get(name, {}), new.get(name, {})
        for column in {**before, **after}:
            if before.get(column, "") != after.get(column, ""):
                return Changed(name, column, before.get(column, ""), after.get(column, ""))
    return None


def _name(row: Mapping[str, str]) -> str:
    return row.get("measure") or f"{row.get('series')} {row.get('month')}"
