"""All benchmarks, one after another: `make bench`, or `python -m bench` with the Python of .venv.

Each compares two sides in turn in one process and prints their ratio; it fails where a goal is missed.
"""

import sys

from bench import bootstrap, ordinal


def main() -> int:
    """Run all; return 1 if any missed its goal."""
    return max(benchmark.main() for benchmark in (ordinal, bootstrap))


if __name__ == "__main__":
    sys.exit(main())
