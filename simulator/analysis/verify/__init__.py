"""The program against figures that nobody here wrote."""

from __future__ import annotations

from simulator.analysis.verify.check import Check, checks_table
from simulator.analysis.verify.run import run_checks

__all__ = ["Check", "checks_table", "run_checks"]
