"""A papermill engine that runs code cells as stock does and evaluates inline expressions where they stand."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from nbclient.exceptions import CellExecutionError
from nbclient.util import run_sync
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.iorw import write_ipynb
from papermill.log import logger
from papermill.translators import PythonTranslator

from entydig.running import inline

__all__ = ["InlineEngine", "InlineError"]

# No times in the notebook, so that equal inputs give equal bytes; no notice about the loopback connection.
OPTIONS: Mapping[str, Any] = {
    "shutdown_kernel": "immediate",
    "record_timing": False,
    "extra_arguments": ["--log-level=40"],
}
IOPUB_PATIENCE = 10.0  # seconds; an idle message follows each reply at once


class InlineError(Exception):
    """An inline expression failed: the cell's index and id, the expression, and what Python said."""

    def __init__(self, index: int, cell: str, expression: str, result: Mapping[str, Any]) -> None:
        super().__init__(index, cell, expression, result)
        self.index = index
        self.cell = cell
        self.expression = expression
        self.ename = str(result.get("ename", ""))
        self.evalue = str(result.get("evalue", ""))
        self.traceback = [str(line) for line in result.get("traceback", [])]

    def __str__(self) -> str:
        return f"cell {self.index} (id {self.cell}): {{eval}}`{self.expression}`: {self.ename}: {self.evalue}"


class InlineClient(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, with Markdown cells evaluated in source order."""

    def __init__(self, manager: Any, run_language: str, **options: Any) -> None:
        super().__init__(manager, **options)
        self.run_language = run_language

    def papermill_execute_cells(self) -> None:
        """Run all cells; stop at the first that fails, as papermill does, with the cell marked."""
        for index, cell in enumerate(self.nb.cells):
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
        if cell.cell_type != "markdown":
            self.execute_cell(cell, index)
            return
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


class InlineEngine(NBClientEngine):  # type: ignore[misc]
    """The engine behind the entry point ``entydig``.

    Beside papermill's own options it takes ``run_language`` (a notebook's ``lang`` parameter without it),
    ``environment`` (variables for the kernel), ``folder`` (where the kernel stands) and ``rescue`` (where to
    write a notebook whose kernel died).
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
        input_path: Any = None,
        **options: Any,
    ) -> Any:
        """Execute the notebook that papermill manages."""
        inline.check_cells(nb_man.nb.cells, str(input_path))
        client = InlineClient(
            nb_man,
            run_language or _declared_language(nb_man.nb),
            **{**OPTIONS, "timeout": execution_timeout, **options},
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
        )
        try:
            place = {"cwd": folder} if folder else {}
            return client.execute(env={**os.environ, **(environment or {})}, **place)
        except Exception:
            if rescue:
                write_ipynb(nb_man.nb, rescue)
            raise


def _declared_language(nb: Any) -> str:
    given = nb.metadata.get("papermill", {}).get("parameters", {}).get("lang")
    cells = [cell for cell in nb.cells if "parameters" in cell.metadata.get("tags", [])]
    defaults = {
        each.name: each.default.strip("\"'") for cell in cells for each in PythonTranslator.inspect(cell)
    }
    return str(given or defaults.get("lang", ""))
