"""One build or batch of a name at a time: a second one waits for the first."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from entydig.errors import Problem, RunError
from entydig.running.objects import say

if sys.platform != "win32":
    import fcntl

__all__ = ["build_lock", "folder_lock"]


def build_lock(root: Path, build: str, tell: Callable[[str], None] = say) -> AbstractContextManager[None]:
    """Hold the folder of a build's runs (``_build/runs/<build>``) while runs and site are written.

    Raises
    ------
    RunError
        As `folder_lock`.
    """
    return folder_lock(root / "_build" / "runs" / build, f"build of {build}", tell)


@contextmanager
def folder_lock(folder: Path, what: str, tell: Callable[[str], None] = say) -> Iterator[None]:
    """Hold a folder while it is written, and make it where it is missing.

    The lock lies on the folder itself and belongs to the process: it ends with it, however that dies, so
    there is nothing stale to find.

    Parameters
    ----------
    folder : Path
    what : str
        What is written there, for messages.
    tell : callable
        Takes a line when another process holds the folder.

    Raises
    ------
    RunError
        The folder cannot be made.
    """
    if sys.platform == "win32":  # it cannot lock a folder: two builds of one name are not kept apart there
        yield
        return
    handle = _held(folder, what, tell)
    try:
        yield
    finally:
        os.close(handle)


def _held(folder: Path, what: str, tell: Callable[[str], None]) -> int:
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
        except OSError as error:
            found = f"cannot be made: {error.strerror or error}"
            raise RunError(Problem(str(folder), found, "a folder that may be written")) from error
        try:
            _lock(handle, what, tell)
            if _same(handle, folder):
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # deleted meanwhile: what is held is no longer the folder


def _lock(handle: int, what: str, tell: Callable[[str], None]) -> None:
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell(f"waiting for another {what} to end")
        fcntl.flock(handle, fcntl.LOCK_EX)


def _same(handle: int, folder: Path) -> bool:
    held = os.fstat(handle)
    try:
        found = folder.stat()
    except FileNotFoundError:
        return False
    return (held.st_dev, held.st_ino) == (found.st_dev, found.st_ino)
