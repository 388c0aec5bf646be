"""Web fonts for the site, cut from the installed font packages to the characters a European text needs."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["FACES", "web_fonts"]

FACES = (
    "SourceSerifPro-Regular",
    "SourceSerifPro-It",
    "SourceSerifPro-Semibold",
    "SourceSansPro-Regular",
    "SourceSansPro-It",
    "SourceSansPro-Semibold",
)
# Latin with its extensions, punctuation, arrows, mathematical signs, and the verdict symbols.
CHARACTERS = (
    *range(0x20, 0x180),
    *range(0x2010, 0x2040),
    *(0x20AC, 0x2190, 0x2192, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265),
    *(0x25CB, 0x25CF, 0x25D0, 0x2715),
)


def web_fonts(folder: Path) -> Path:
    """Make the fonts, unless the folder has them.

    Parameters
    ----------
    folder : Path
        Where they stand; appears whole or not at all.

    Returns
    -------
    Path
        A folder for ``html_static_path`` whose ``fonts`` has one ``.woff`` for each face.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as temporary:
        made = Path(temporary) / "made"
        (made / "fonts").mkdir(parents=True)
        for face in FACES:
            _cut(_source(face), made / "fonts" / f"{face}.woff")
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was first
                raise
    return folder


def _source(face: str) -> Path:
    import font_source_sans_pro
    import font_source_serif_pro

    package = font_source_serif_pro if "Serif" in face else font_source_sans_pro
    return Path(package.__file__).parent / "files" / f"{face}.ttf"


def _cut(source: Path, target: Path) -> None:
    from fontTools import subset

    options = subset.Options(flavor="woff", layout_features=["*"], notdef_outline=True)
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=CHARACTERS)
    cutter.subset(font)
    subset.save_font(font, str(target), options)
