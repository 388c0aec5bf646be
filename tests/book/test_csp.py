"""What the policy in a page says; that a browser and every page live with it is for the tests in browser/."""

from __future__ import annotations

from pathlib import Path

import pytest

from entydig.publishing.csp import policy, protect, protect_folder

CHARSET = '<meta charset="utf-8" />'
# printf 'go()' | openssl dgst -sha256 -binary | base64
GO = "'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='"


def sources(page: str, directive: str) -> list[str]:
    return dict(each.split(" ", 1) for each in policy(page).split("; "))[directive].split()


def test_a_script_inside_the_page_is_named_by_its_digest() -> None:
    page = '<script data-cfasync="false">go()</script><script>go()</script>'
    assert sources(page, "script-src") == ["'self'", "file:", GO]


@pytest.mark.parametrize(
    "script",
    [
        '<script src="a.js"></script>',
        '<script defer src="a.js">go()</script>',
        '<script type="application/ld+json">go()</script>',
        '<script id="x" type="text/x-mathjax-config">go()</script>',
        "<p>&lt;script&gt;go()&lt;/script&gt;</p>",
    ],
)
def test_what_no_browser_would_run_inside_the_page_is_not_named(script: str) -> None:
    assert sources(script, "script-src") == ["'self'", "file:"]


def test_nothing_but_the_sites_own_files_is_allowed_and_no_request_of_a_script() -> None:
    assert sources("", "default-src") == sources("", "object-src") == sources("", "base-uri") == ["'none'"]
    assert "connect-src" not in policy("")
    assert "unsafe-eval" not in policy("<script>eval('1')</script>")
    assert "unsafe-inline" not in " ".join(sources("", "script-src"))
    assert "http" not in policy("<script>go()</script>")


def test_the_policy_comes_before_everything_that_it_governs() -> None:
    page = protect(f"<head>{CHARSET}<script>go()</script></head>")
    assert page.startswith(
        f'<head>{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="default-src'
    )
    assert page.endswith('"><script>go()</script></head>')
    assert page.count("Content-Security-Policy") == 1


def test_a_page_protected_anew_has_one_policy_that_fits_what_it_has_become() -> None:
    page = protect(f"{CHARSET}<script>stop()</script>")
    assert protect(page) == page
    changed = protect(page.replace("stop()", "go()"))
    assert changed == protect(f"{CHARSET}<script>go()</script>")


def test_every_page_of_a_folder_is_protected(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("index.html", "a/b.html"):
        (tmp_path / name).write_text(CHARSET, encoding="utf-8")
    protect_folder(tmp_path)
    for name in ("index.html", "a/b.html"):
        assert "Content-Security-Policy" in (tmp_path / name).read_text(encoding="utf-8")
