"""What the fork server imports once for all notebooks, and what must be true before it may fork."""

from __future__ import annotations

import builtins
import gc
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

__all__ = ["MODULES", "NEVER", "preload", "threads"]

# In this order; each is what most notebooks import or what every run needs.
MODULES = (
    "numpy",
    "pandas",
    "pyarrow.parquet",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.PngImagePlugin",
    "scipy.stats",
    "seaborn",
    "statsmodels.miscmodels.ordinal_model",
    "pingouin",
    "ipykernel_launcher",
    "ipykernel.debugger",
    "tornado.platform.asyncio",
    "faulthandler",
    "sqlite3",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "entydig.running.child",
    "ruamel.yaml.mergevalue",
)
# All of these packages' modules as well.
PACKAGES = (
    "entydig.claims",
    "entydig.presentation",
    "entydig.project",
    "entydig.statistics",
    "entydig.survey",
)

# The inline backend switches itself on when it is imported by a shell: imported here it never would, and figures
# would be lost without a word.  tqdm.auto chooses its bars by the shell it finds.
NEVER = ("matplotlib_inline.backend_inline", "tqdm.auto", "tqdm.autonotebook")

# Starts threads when it is imported, which fork does not copy.  statsmodels imports it where it is installed, only
# to accept its frames.
THREADED = ("polars",)
# Builds a grammar for 0.7 s when it is imported; jsonschema wants it only to check IRIs.
SLOW = ("rfc3987_syntax",)


def preload() -> None:
    """Import `MODULES` as a kernel would, and make the objects made so far nobody's garbage.

    The garbage collector is off afterwards; a child turns its own on.

    Raises
    ------
    RuntimeError
        A module of `NEVER` came in, or something started a thread: a child would not be a clean one.
    """
    gc.disable()  # nothing imported here is garbage, and looking for it takes a fifth of the time
    with _shell_in_sight(), _kept_out((*THREADED, *SLOW)):
        for module in (*MODULES, *_modules(PACKAGES)):
            importlib.import_module(module)
    came = [module for module in (*NEVER, *THREADED) if module in sys.modules]
    if came or threads() != 1:
        raise RuntimeError(f"the fork server cannot fork: {threads()} threads, imported {came}")
    gc.freeze()


def threads() -> int:
    """Count this process's threads, those of compiled libraries included."""
    return sum(1 for _ in os.scandir("/proc/self/task"))


def _modules(packages: tuple[str, ...]) -> Iterator[str]:
    for package in packages:
        for found in pkgutil.iter_modules(importlib.import_module(package).__path__):
            yield f"{package}.{found.name}"


@contextmanager
def _shell_in_sight() -> Iterator[None]:
    """Let libraries that look for a notebook while being imported find one (pandas: how wide a table may be)."""
    shell = SimpleNamespace(kernel=None)
    builtins.get_ipython = lambda: shell  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]


@contextmanager
def _kept_out(modules: tuple[str, ...]) -> Iterator[None]:
    """Let an import of these fail."""
    sys.modules.update(dict.fromkeys(modules))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for module in modules:
            del sys.modules[module]
