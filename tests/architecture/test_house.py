"""The house stands as designed: public names, installed packages, floors, sizes."""

from __future__ import annotations

import ast
import configparser
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import simulator

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "simulator"
SCENARIOS = CHECKOUT / "scenarios"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400
LONG_FOR_A_REASON = {
    "simulator/rules/records.py": "one table: the layout of every record, in the order in which rules use them",
    "simulator/scenario/models.py": "one table: the whole vocabulary of scenario files",
}


def settings() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(CHECKOUT / "setup.cfg", encoding="utf-8")
    return parser


def dotted(folder: Path) -> str:
    return ".".join(folder.relative_to(CHECKOUT).parts)


def installed_folders() -> set[str]:
    code = {dotted(module.parent) for module in MODULES}
    data = {dotted(file.parent).replace("scenarios", "simulator.library", 1) for file in SCENARIOS.rglob("*.yaml")}
    return code | data


def relative(module: Path) -> str:
    return module.relative_to(CHECKOUT).as_posix()


def public_definitions(tree: ast.AST, owner: str = "") -> list[tuple[str, ast.AST]]:
    found: list[tuple[str, ast.AST]] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append((f"{owner}{node.name}", node))
            if isinstance(node, ast.ClassDef):
                found += public_definitions(node, f"{owner}{node.name}.")
    return found


@pytest.mark.parametrize("name", simulator.__all__)
def test_every_public_name_loads_from_the_module_in_the_table(name: str) -> None:
    assert getattr(simulator, name) is not None


def test_public_names_are_sorted_and_unique() -> None:
    assert simulator.__all__ == sorted(set(simulator.__all__))


def test_every_public_name_is_defined_in_the_module_the_table_names() -> None:
    for name, home in simulator._HOME_OF.items():
        assert getattr(importlib.import_module(home), name).__module__ == home


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = simulator.no_such_name


def test_packages_in_setup_cfg_are_the_folders_of_the_tree() -> None:
    assert settings()["options"]["packages"].split() == sorted(installed_folders())


def test_every_data_file_of_the_tree_is_package_data() -> None:
    patterns = {package: globs.split() for package, globs in settings()["options.package_data"].items()}
    homes = {SCENARIOS: "simulator.library", PACKAGE: "simulator"}
    for root, home in homes.items():
        for file in filter(is_data, root.rglob("*")):
            assert is_carried(file, root, home, patterns), f"{relative(file)} would be missing from the wheel"


def is_data(file: Path) -> bool:
    return file.is_file() and file.suffix not in {".py", ".pyc", ".po"} and "__pycache__" not in file.parts


def is_carried(file: Path, root: Path, home: str, patterns: dict[str, list[str]]) -> bool:
    for folder in file.parents:
        package = ".".join([home, *folder.relative_to(root).parts])
        if any(file in folder.glob(pattern) for pattern in patterns.get(package, [])):
            return True
        if folder == root:
            return False
    return False


def test_imports_point_down_only() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_every_public_function_and_class_says_what_it_is(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    silent = [name for name, node in public_definitions(tree) if not ast.get_docstring(node)]
    assert not silent


def test_long_modules_are_on_the_list_with_a_reason() -> None:
    long = {relative(module) for module in MODULES if len(module.read_text(encoding="utf-8").splitlines()) > MOST_LINES}
    assert long == set(LONG_FOR_A_REASON)
