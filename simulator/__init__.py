"""Simulator of government loan risk-sharing schemes.

Public names load their modules on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_HOME_OF = {
    "Answer": "simulator.results.answers",
    "ScenarioError": "simulator.errors",
    "SimulatorError": "simulator.errors",
    "change": "simulator.api",
    "compare": "simulator.api",
    "compare_scenarios": "simulator.analysis.compare",
    "frontier": "simulator.api_studies",
    "Loaded": "simulator.scenario.loader",
    "load": "simulator.scenario.loader",
    "load_comparison": "simulator.results.comparisons",
    "load_found": "simulator.results.studies_kept",
    "load_results": "simulator.results.store",
    "play_scenarios": "simulator.runs.session",
    "regret": "simulator.api_studies",
    "run": "simulator.api",
    "sensitivity": "simulator.api_studies",
    "solve": "simulator.api_studies",
    "stress": "simulator.api_studies",
    "sweep": "simulator.api_studies",
    "tables": "simulator.api_studies",
}

__all__ = sorted([*_HOME_OF, "__version__"])  # noqa: PLE0605  the table is the list


def __getattr__(name: str) -> object:
    """Load a public name from its module (PEP 562)."""
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
