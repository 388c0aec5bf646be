"""A text that a page may show as more than text: as a link, or with a small picture beside it."""

from __future__ import annotations

__all__ = ["RichText"]


class RichText(str):
    """A cell that knows how pages write it.

    Parameters
    ----------
    written : str
        What stands where only text can stand, such as the data behind a table.
    markdown : str
        The same as MyST in one line; a stroke inside it is already escaped.
    html : str
        The same as HTML.

    Raises
    ------
    ValueError
        When the Markdown has several lines, which would end the row it stands in.

    Examples
    --------
    >>> RichText("a", markdown="[a](b.md)", html='<a href="b">a</a>')
    'a'
    """

    __slots__ = ("html", "markdown")

    markdown: str
    html: str

    def __new__(cls, written: str, *, markdown: str, html: str) -> RichText:
        """Make the text and keep its two other forms."""
        if "\n" in markdown:
            raise ValueError(f"a cell's Markdown stands in one line, found {markdown!r}")
        made = super().__new__(cls, written)
        made.markdown, made.html = markdown, html
        return made
