"""The digest of the code behind a result."""

from pathlib import Path

from entydig.claims import digest
from entydig.claims.digest import code_digest, imported_modules

SOURCE = '''"""Says what it is."""

import math  # for pi


def area(radius: float) -> float:
    """Return the area."""
    # Euclid
    return math.pi * radius**2
'''


def test_words_do_not_count_but_code_does():
    bare = digest._bare(SOURCE)

    assert bare == digest._bare(
        SOURCE.replace("Says what it is.", "Says more.").replace("# Euclid", "# other")
    )
    assert bare == digest._bare(SOURCE.replace("\n\n\n", "\n\n"))
    assert bare != digest._bare(SOURCE.replace("radius**2", "radius**3"))


def test_all_that_a_module_imports_counts_and_nothing_else():
    found = imported_modules("entydig.claims.decision")

    assert {"entydig.claims.decision", "entydig.claims.estimators", "entydig.survey.measures"} <= set(found)
    assert not any(name.startswith(("entydig.presentation", "entydig.publishing")) for name in found)
    assert all(path.is_file() for path in found.values())


def test_a_changed_data_file_changes_the_digest_but_its_line_ends_do_not(tmp_path: Path):
    file = tmp_path / "claims.yml"
    digests = []
    for content in (b"a: 1\n", b"a: 1\r\n", b"a: 2\n"):
        file.write_bytes(content)
        digests.append(code_digest("entydig.errors", [file]))

    assert digests[0] == digests[1] != digests[2]
