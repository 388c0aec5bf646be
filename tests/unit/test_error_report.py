"""Where a reader reports an error: off when unset, to mail or tracker, with what was read written into it."""

from __future__ import annotations

from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import pytest

from entydig.errors import BookError
from entydig.publishing.error_report import report_link, report_target


def target(given: object) -> str:
    return report_target({"entydig": {"report": given}})


@pytest.mark.parametrize(
    "config", [{}, {"entydig": {}}, {"entydig": {"report": None}}, {"entydig": {"report": ""}}]
)
def test_nothing_set_gives_no_link(config: dict[str, object]) -> None:
    assert report_target(config) == ""


@pytest.mark.parametrize("given", ["ada@example.org", "mailto:ada@example.org"])
def test_a_mail_has_subject_and_text(given: str) -> None:
    link = urlsplit(report_link(target(given), "Fejl: å & {body}", "linje 1\nlinje 2"))
    assert (link.scheme, link.path) == ("mailto", "ada@example.org")
    assert parse_qs(link.query) == {"subject": ["Fejl: å & {body}"], "body": ["linje 1\r\nlinje 2"]}
    EmailMessage()["Subject"] = parse_qs(link.query)["subject"][0]


@pytest.mark.parametrize(
    ("given", "place", "names"),
    [
        ("https://github.com/a/b", "/a/b/issues/new", ("title", "body")),
        ("https://github.com/a/b.git", "/a/b/issues/new", ("title", "body")),
        ("https://codeberg.org/a/b/", "/a/b/issues/new", ("title", "body")),
        ("https://gitlab.com/a/b", "/a/b/-/issues/new", ("issue[title]", "issue[description]")),
        ("https://t.example.org/new?s={title}&d={body}", "/new", ("s", "d")),
    ],
)
def test_a_tracker_gets_them_where_it_takes_them(given: str, place: str, names: tuple[str, str]) -> None:
    link = urlsplit(report_link(target(given), "T&t", "B=b"))
    assert link.path == place
    assert parse_qs(link.query) == {names[0]: ["T&t"], names[1]: ["B=b"]}


@pytest.mark.parametrize(
    "given",
    [
        "javascript:alert(1)//{body}",
        "https://example.org/repository",
        "nobody",
        "a@b",
        "ftp://github.com/a",
        7,
    ],
)
def test_what_cannot_take_a_report_is_refused(given: object) -> None:
    with pytest.raises(BookError, match="report"):
        target(given)
