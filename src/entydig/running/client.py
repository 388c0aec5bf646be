"""Papermill's execution of a notebook with inline expressions evaluated where they stand.

Code runs in a forked child (`entydig.running.forked_kernel`) or, where that is not to be had, in a stock kernel;
everything else is nbclient's and papermill's in both cases.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.iorw import write_ipynb
from papermill.log import logger
from papermill.translators import PythonTranslator

from entydig.running import inline
from entydig.running.forked_kernel import ForkedManager
from entydig.running.forks import available
from entydig.running.limits import Limits
from entydig.running.stops import InlineError, ProcessDied, ServerDied, TooLong, TooMuchOutput, Undeclared

__all__ = ["BACKEND", "InlineEngine"]

BACKEND = "ENTYDIG_ENGINE"  # names the variable; its value "nbclient" asks for a stock kernel
KERNEL = "python3"

# No times in the notebook, so that equal inputs give equal bytes; no notice about the loopback connection.
OPTIONS: Mapping[str, Any] = {
    "shutdown_kernel": "immediate",
    "record_timing": False,
    "extra_arguments": ["--log-level=40"],
    "shell_timeout_interval": 1,
}
INTERRUPT_PATIENCE = 1.0  # seconds for an interrupted cell to show its traceback
IOPUB_PATIENCE = 10.0  # seconds; an idle message follows each reply at once

Progress = Callable[[int, int], None]


class InlineClient(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, with Markdown cells evaluated in source order and the limits of a run kept."""

    def __init__(
        self,
        manager: Any,
        run_language: str,
        limits: Limits,
        *,
        forked: bool,
        watched: Mapping[str, Any] | None,
        progress: Progress | None,
        **options: Any,
    ) -> None:
        super().__init__(manager, timeout_func=self._seconds_left, **options)
        self.run_language = run_language
        self.limits = limits
        self.forked = forked
        self.watched = watched
        self.progress = progress
        self.begun = time.monotonic()
        self.said = 0

    def create_kernel_manager(self) -> Any:
        """Give a forked child in the place of a kernel."""
        if not self.forked:
            return super().create_kernel_manager()
        self.km = ForkedManager(self.limits, self.watched)
        return self.km

    def papermill_execute_cells(self) -> None:
        """Run all cells; stop at the first that fails, as papermill does, with the cell marked."""
        for index, cell in enumerate(self.nb.cells):
            if self.progress:
                self.progress(index, len(self.nb.cells))
            self.nb_man.cell_start(cell, index)
            try:
                self._run_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                break
            except Exception as error:
                self.nb_man.cell_exception(cell, cell_index=index, exception=error)
                raise
            finally:
                self.nb_man.cell_complete(cell, cell_index=index)

    def _run_cell(self, cell: Any, index: int) -> None:
        if self._used_up():
            raise self._too_long(cell, index)
        try:
            if cell.cell_type == "markdown":
                self._run_prose(cell, index)
            else:
                self.execute_cell(cell, index)
        except DeadKernelError as error:
            raise self._died(cell, index) or error from error
        except CellTimeoutError as error:
            self._keep_rest(cell, index)
            if self._used_up():
                raise self._too_long(cell, index) from error
            raise
        finally:
            self.said += _size(cell)
        self._check(cell, index)

    def _run_prose(self, cell: Any, index: int) -> None:
        cell.metadata.pop(inline.METADATA, None)
        if inline.belongs(cell, self.run_language):
            self._evaluate(cell, index)

    def _evaluate(self, cell: Any, index: int) -> None:
        found = inline.expressions(cell.source)
        if not found:
            return
        numbered = {str(number): each.text for number, each in enumerate(found)}
        # Silent and empty, so that the execution counts stay those of a stock run.
        request = self.kc.execute(
            "", silent=True, store_history=False, allow_stdin=False, user_expressions=numbered
        )
        reply = self.wait_for_reply(request, cell)
        warned = self._stderr_of(request)
        answers = reply["content"].get("user_expressions", {})
        results = [
            {"expression": each.text, "result": answers[str(number)]} for number, each in enumerate(found)
        ]
        cell.metadata[inline.METADATA] = results
        for entry in results:
            if entry["result"]["status"] != "ok":
                raise InlineError(index, cell.get("id", "?"), entry["expression"], entry["result"])
        if warned:
            raise InlineError(
                index, cell.get("id", "?"), found[0].text, {"ename": "stderr", "evalue": warned.strip()}
            )

    def _stderr_of(self, request: str) -> str:
        """Read what the request wrote to stderr, up to the kernel's being idle again."""
        written: list[str] = []
        while True:
            message = run_sync(self.kc.get_iopub_msg)(timeout=IOPUB_PATIENCE)
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stderr":
                written.append(content["text"])
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                return "".join(written)

    def _keep_rest(self, cell: Any, index: int) -> None:
        """Interrupt the cell, as stock does when it ends the kernel, and keep what it has said: where it was."""
        if not self.forked:
            return
        self.km.interrupt_kernel()
        with suppress(CellExecutionComplete):
            for message in run_sync(self.kc.rest)(INTERRUPT_PATIENCE):
                self.process_message(message, cell, index)

    def _seconds_left(self, _: Any) -> float | None:
        """Give what the next cell may take: its own time, or what is left of the run's."""
        left = [self.limits.cell] if self.limits.cell and self.limits.cell > 0 else []
        if self.limits.run:
            left.append(max(0.001, self.limits.run - (time.monotonic() - self.begun)))
        return min(left, default=None)

    def _used_up(self) -> bool:
        return self.limits.run is not None and time.monotonic() - self.begun >= self.limits.run

    def _too_long(self, cell: Any, index: int) -> TooLong:
        return TooLong(index, cell.get("id", "?"), self.limits.run_text)

    def _check(self, cell: Any, index: int) -> None:
        place = (index, cell.get("id", "?"))
        for report in getattr(self.kc, "reports", ()):
            if report["kind"] == "undeclared":
                raise Undeclared(*place, f"opened without declaring: {', '.join(report['files'])}")
        if self.said > self.limits.output:
            raise TooMuchOutput(*place, self.limits.output_text)

    def _died(self, cell: Any, index: int) -> Exception | None:
        """Tell why the child ended; None for a stock kernel, of which nothing is known."""
        if not self.forked:
            return None
        place = (index, cell.get("id", "?"))
        if any(report["kind"] == "output" for report in self.kc.reports):
            return TooMuchOutput(*place, self.limits.output_text)
        how, server = self.km.how_it_ended()
        if server:
            return ServerDied(how)
        return ProcessDied(*place, f"the notebook's process ended: {how}")


class InlineEngine(NBClientEngine):  # type: ignore[misc]
    """The engine behind the entry point ``entydig``.

    Beside papermill's own options it takes ``run_language`` (a notebook's ``lang`` parameter without it),
    ``environment`` (variables for the kernel), ``folder`` (where the kernel stands), ``rescue`` (where to
    write a notebook whose kernel died), ``limits``, ``progress`` (called with a cell's index and their number),
    ``watched`` (what the audit allows) and ``backend`` (``"nbclient"`` for a stock kernel; the variable `BACKEND`
    without it).
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        run_language: str | None = None,
        environment: Mapping[str, str] | None = None,
        folder: str | None = None,
        rescue: str | None = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        limits: Limits | None = None,
        progress: Progress | None = None,
        watched: Mapping[str, Any] | None = None,
        backend: str | None = None,
        input_path: Any = None,
        **options: Any,
    ) -> Any:
        """Execute the notebook that papermill manages."""
        inline.check_cells(nb_man.nb.cells, str(input_path))
        chosen = backend or os.environ.get(BACKEND) or "fork"
        client = InlineClient(
            nb_man,
            run_language or _declared_language(nb_man.nb),
            limits or Limits(cell=execution_timeout),
            forked=chosen != "nbclient" and kernel_name == KERNEL and available(),
            watched=watched,
            progress=progress,
            **{**OPTIONS, **options},
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
        )
        try:
            return client.execute(env={**os.environ, **(environment or {})}, cwd=folder or str(Path.cwd()))
        except Exception as error:
            if isinstance(error, DeadKernelError) and nb_man.nb.metadata.papermill.get("exception"):
                return nb_man.nb  # a cell had failed already, of which papermill tells
            if rescue:
                write_ipynb(nb_man.nb, rescue)
            raise


def _size(cell: Any) -> int:
    return sum(
        len(output.get("text", "")) + sum(len(str(data)) for data in output.get("data", {}).values())
        for output in cell.get("outputs", ())
    )


def _declared_language(nb: Any) -> str:
    given = nb.metadata.get("papermill", {}).get("parameters", {}).get("lang")
    cells = [cell for cell in nb.cells if "parameters" in cell.metadata.get("tags", [])]
    defaults = {
        each.name: each.default.strip("\"'") for cell in cells for each in PythonTranslator.inspect(cell)
    }
    return str(given or defaults.get("lang", ""))
