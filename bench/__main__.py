"""The benchmarks, one after another: `make bench`, or `python -m bench [NAME [OPTION ...]]` with the Python of .venv.

Each compares sides in turn and prints their ratios; it fails where a goal is missed.  NAME is ordinal, bootstrap or
runner; without it all are run.
"""

import sys

from bench import bootstrap, ordinal, runner

ALL = {"ordinal": ordinal.main, "bootstrap": bootstrap.main, "runner": runner.main}


def main(arguments: list[str]) -> int:
    """Run the one named, or all; return 1 if any missed its goal."""
    if not arguments:
        return max(benchmark() for benchmark in ALL.values())
    name, *rest = arguments
    if name not in ALL:
        print(f"no benchmark {name!r}; there are {', '.join(ALL)}", file=sys.stderr)
        return 2
    # The two others read the words behind their own name.
    sys.argv = [name, *rest]
    return runner.main(rest) if name == "runner" else ALL[name]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
