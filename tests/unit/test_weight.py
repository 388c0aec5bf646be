"""What a page weighs: everything it fetches at once, by kind, and a budget that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from entydig.errors import BookError
from entydig.publishing.weight import KINDS, Weight, budget_of, check_weight, weigh

PAGE = """<link rel="stylesheet" href="../s/a.css?v=1"><link rel="preload" as="script" href="../s/a.js">
<link rel="alternate" href="../s/other.css"><link rel="icon" href="../s/i.svg">
<script defer src="../s/a.js?v=2"></script><script src="../s/mathjax/m.js"></script>
<img alt="a > b" src="../p.png"><img src="data:image/png;base64,AAAA"><img src="https://example.org/x.png">
<script src="../../outside.js"></script><img src="../missing.png"><a href="../big.pdf">big</a>"""
SHEET = """@import url("b.css"); @font-face{font-family:A;src:url(f.woff2) format("woff2"),url(f.woff) format("woff")}
.a{background:url(bg.png)}"""


def page(tmp_path: Path) -> Weight:
    sizes = {"s/a.js": 100, "s/other.css": 5000, "s/i.svg": 7, "s/f.woff": 40, "s/mathjax/m.js": 900}
    sizes |= {"p.png": 300, "s/bg.png": 8000, "big.pdf": 9000, "../outside.js": 6000}
    for name, size in sizes.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_bytes(b"x" * size)
    (tmp_path / "site" / "s" / "a.css").write_text(SHEET, encoding="utf-8")
    (tmp_path / "site" / "s" / "b.css").write_text("@import 'a.css';", encoding="utf-8")
    (tmp_path / "site" / "d").mkdir()
    (tmp_path / "site" / "d" / "page.html").write_text(PAGE, encoding="utf-8")
    (found,) = weigh(tmp_path / "site")
    return found


def test_what_is_fetched_at_once_is_counted_once_and_by_kind(tmp_path: Path) -> None:
    found = page(tmp_path)
    assert found.page == "d/page.html"
    assert found.kinds == {
        "html": len(PAGE),
        "css": len(SHEET) + len("@import 'a.css';"),
        "js": 100,
        "fonts": 40,  # the format that is there
        "mathematics": 900,
        "figures": 307,
    }
    assert found.of("page") == len(PAGE) + len(SHEET) + len("@import 'a.css';") + 140


def test_the_heaviest_page_comes_first(tmp_path: Path) -> None:
    for name, size in (("a", 10), ("b", 30), ("c", 20)):
        (tmp_path / f"{name}.html").write_text("x" * size, encoding="utf-8")
    assert [each.page for each in weigh(tmp_path)] == ["b.html", "c.html", "a.html"]


def weight(**kinds: int) -> Weight:
    return Weight("da/a.html", {**dict.fromkeys(KINDS, 0), **kinds})


def test_a_page_above_the_budget_is_named_with_what_it_weighs() -> None:
    budget = budget_of({})
    check_weight([weight(html=400_000, js=600_000, figures=9_000_000, mathematics=1_200_000)], budget)
    with pytest.raises(BookError) as caught:
        check_weight([weight(html=400_000, js=700_000)], budget)
    (problem,) = caught.value.problems
    assert problem.where == "da/a.html"
    assert "weighs 1100 kB" in problem.found
    assert "html 400, js 700" in problem.found


def test_a_budget_is_a_number_for_the_page_or_one_for_each_kind() -> None:
    assert budget_of({"entydig": {"budget": 800}}) == {"page": 800_000}
    assert budget_of({"entydig": {"budget": {"figures": 500}}}) == {"page": 1_000_000, "figures": 500_000}
    with pytest.raises(BookError, match="weighs 600 kB"):
        check_weight([weight(figures=600_000)], budget_of({"entydig": {"budget": {"figures": 500}}}))


@pytest.mark.parametrize(
    ("given", "problems"), [("much", 1), (True, 1), (0, 1), ({"pictures": 3, "js": -1}, 2)]
)
def test_a_budget_that_is_none_is_refused(given: Any, problems: int) -> None:
    with pytest.raises(BookError, match="budget") as caught:
        budget_of({"entydig": {"budget": given}})
    assert len(caught.value.problems) == problems
