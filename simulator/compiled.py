"""The decorators of kernels, ``@compiled`` and ``@rule``: numba with a cache that knows when any kernel source has changed.

numba's own cache looks at one file at a time and misses a change in a module that the compiled function calls, so the cache folder's name is a hash
of all kernel sources, of numba's version and of numpy's. Import this module before numba is imported anywhere else in the package.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FunctionType

KERNEL_FOLDERS = ("rules", "world", "terms", "engine")
UNUSED_DAYS = 30
F = TypeVar("F", bound="Callable[..., Any]")


def kernel_hash() -> str:
    """Hash of every source file that may hold compiled code, and of the compiler's version."""
    from importlib.metadata import version

    checked = os.environ.get("NUMBA_BOUNDSCHECK", "")
    digest = hashlib.sha256(f"{sys.version_info[:3]} {version('numba')} {version('numpy')} {checked}".encode())
    package = Path(__file__).parent
    for source in [Path(__file__), *(path for folder in KERNEL_FOLDERS for path in sorted((package / folder).glob("*.py")))]:
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def user_cache() -> Path:
    """Return the user's cache folder by the custom of the operating system."""
    if chosen := os.environ.get("RISKSHARE_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or tempfile.gettempdir()) / "riskshare"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "riskshare"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "riskshare"


def cache_folder() -> Path:
    """Make the cache folder of this version of the kernels; a temporary one where the user's cannot be written."""
    name = f"kernels-{kernel_hash()}"
    for root in (user_cache(), Path(tempfile.gettempdir()) / "riskshare"):
        folder = root / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            os.utime(folder)
        except OSError:
            continue
        _clear_unused(root, keep=folder)
        return folder
    return Path(tempfile.mkdtemp(prefix="riskshare-"))


def _clear_unused(root: Path, keep: Path) -> None:
    limit = time.time() - UNUSED_DAYS * 86400
    for old in root.glob("kernels-*"):
        with contextlib.suppress(OSError):
            if old != keep and old.stat().st_mtime < limit:
                shutil.rmtree(old, ignore_errors=True)


def is_warm() -> bool:
    """Whether kernels of this version were compiled before."""
    return any(FOLDER.rglob("*.nbc"))


FOLDER = cache_folder()
os.environ["NUMBA_CACHE_DIR"] = str(FOLDER)

import numba  # noqa: E402  the cache folder must be known first
from llvmlite import ir  # noqa: E402
from numba.core.codegen import JITCodeLibrary  # noqa: E402
from numba.core.compiler import Compiler  # noqa: E402
from numba.extending import intrinsic  # noqa: E402


def _widened(kind: Any) -> Any:  # noqa: ANN401  numba's types have no public base
    """Type that an argument is compiled for: every whole number as int64, never as the literal it happens to be."""
    types: Any = numba.types
    kind = types.unliteral(kind)
    return types.int64 if isinstance(kind, types.Integer) and kind.bitwidth <= 64 and kind.signed else kind


def compiled(function: F) -> F:
    """Compile a kernel on first call, without the interpreter lock, cached on disk."""
    return _dispatcher(function, counts_references=True, is_inlined=True)  # type: ignore[no-any-return]


def rule(function: F) -> F:
    """Compile a rule: a kernel that makes no arrays and returns none, so that nothing need count references to them.

    Counting cost two thirds of the time of lending. A rule may be called from any kernel; it must never return an array or a record.
    """
    return _dispatcher(function, counts_references=False, is_inlined=True)  # type: ignore[no-any-return]


def rare_rule(function: F) -> F:
    """Compile a rule that is called seldom, or costs more than its call, and is not inlined: each caller of an inlined one compiles it anew."""
    return _dispatcher(function, counts_references=False, is_inlined=False)  # type: ignore[no-any-return]


def entry_of(kernel: F, *arguments: object) -> F:
    """Machine code of a kernel for arguments of these types, to be called many times with no others.

    numba looks at the type of every argument in every call; for tuples of record arrays that takes ten times as long as handing them over. Nothing
    looks at them any more in a call of the entry, so all must keep their types: the same arrays, or others of the same dtype and layout.
    """
    if not hasattr(kernel, "get_call_template"):
        return kernel  # NUMBA_DISABLE_JIT leaves the plain function
    return kernel.compile(tuple(numba.typeof(argument) for argument in arguments))  # type: ignore[no-any-return,attr-defined,no-untyped-call]


class _Callee(JITCodeLibrary):
    """Code of a kernel that only other kernels call: kept as it was written, for it is optimised where it is called.

    numba optimises each kernel with all that it calls and makes machine code of it; for rules within rules that was two fifths of the first run's
    wait, and nothing of it was ever run.
    """

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()  # type: ignore[no-untyped-call]
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002  numba's own signature
        return 0

    @property
    def codegen(self) -> Any:  # noqa: ANN401  numba's own type
        return self

    def set_env(self, name: str, environment: object) -> None:
        """Leave the place of Python's globals empty: there is no machine code that has one."""


class _CalleeCompiler(Compiler):
    """numba's compiler, which leaves the code of a kernel in a ``_Callee``."""

    def compile_extra(self, function: FunctionType) -> Any:  # noqa: ANN401  numba's own type
        self.state.library = _Callee(self.state.targetctx.codegen(), function.__qualname__)  # type: ignore[no-untyped-call]
        return super().compile_extra(function)  # type: ignore[no-untyped-call]


def _dispatcher(function: Any, *, counts_references: bool, is_inlined: bool) -> Any:  # noqa: ANN401  numba's dispatcher has no public type
    """Compile a function and widen the arguments of calls from other kernels.

    Left alone, numba compiles a callee anew for every constant and every width of whole number it is called with (``move`` 17 times); widening
    halves the first run's wait. Callees are inlined, since passing tuples of arrays costs more than most rules do.
    """
    options: dict[str, Any] = {"nogil": True, "forceinline": is_inlined, "_nrt": counts_references, "no_cfunc_wrapper": True}
    njit: Any = numba.njit
    dispatcher = njit(**options, cache=True)(function)
    if not hasattr(dispatcher, "get_call_template"):
        return dispatcher  # NUMBA_DISABLE_JIT leaves the plain function
    callee = njit(**options, no_cpython_wrapper=True, pipeline_class=_CalleeCompiler)(function)
    find = callee.get_call_template

    def get_call_template(args: Any, kws: Any) -> Any:  # noqa: ANN401  numba's own signature
        return find(tuple(map(_widened, args)), {name: _widened(kind) for name, kind in kws.items()})

    dispatcher.get_call_template, dispatcher.get_overload = get_call_template, callee.get_overload
    return dispatcher


def _fetch(typing: Any, array: Any, number: Any) -> Any:  # noqa: ANN401, ARG001  numba's own signature
    """Type and machine code of a call of ``fetch_ahead``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401  numba's own signature
        rows = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, flag = ir.IntType(8).as_pointer(), ir.IntType(32)
        row = builder.gep(builder.bitcast(rows.data, byte), [builder.mul(arguments[1], rows.itemsize)])
        kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        builder.call(builder.module.declare_intrinsic("llvm.prefetch", (byte,), kind), [row, flag(1), flag(3), flag(1)])
        return context.get_dummy_value()

    return numba.types.void(array, numba.types.int64), generate


def _fetch_nothing(array: Any, number: int) -> None:  # noqa: ANN401  numba's arrays have no public type
    """Stand for ``fetch_ahead`` where nothing is compiled."""


fetch_ahead: Any = _fetch_nothing if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0" else intrinsic(_fetch)
"""Ask the processor to fetch row ``number`` of an array, soon to be written, from memory: only time changes by it.

For rows met in an order that the processor cannot foresee; their neighbours it fetches by itself.
"""
