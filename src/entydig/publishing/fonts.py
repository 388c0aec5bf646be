"""Web fonts for the site, cut from the installed font packages to the characters a European text needs."""

from __future__ import annotations

import shutil
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
# The Source families have none of the shapes that say who answered and what a verdict is; matplotlib brings DejaVu.
SYMBOLS = "DejaVuSans"
# Latin with its extensions, punctuation, arrows, mathematical signs.
LETTERS = (
    *range(0x20, 0x180),
    *range(0x2010, 0x2040),
    *(0x20AC, 0x2190, 0x2192, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265),
)
# What the style sheets ask for beside what browsers do of themselves: figures of one width, small capitals.
FEATURES = ("tnum", "smcp", "c2sc")
SHAPES = (*range(0x25A0, 0x2600), 0x2713, 0x2715, 0x271A)


def web_fonts(folder: Path) -> Path:
    """Make the fonts, unless the folder has them.

    Parameters
    ----------
    folder : Path
        Where they stand; appears whole or not at all.

    Returns
    -------
    Path
        A folder for ``html_static_path`` whose ``fonts`` has one ``.woff`` for each face, with the licences.
    """
    if all((folder / "fonts" / f"{face}.woff").is_file() for face in (*FACES, SYMBOLS)):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as temporary:
        made = Path(temporary) / "made"
        (made / "fonts").mkdir(parents=True)
        for face in FACES:
            _cut(_source(face), made / "fonts" / f"{face}.woff", LETTERS)
        _cut(_dejavu() / f"{SYMBOLS}.ttf", made / "fonts" / f"{SYMBOLS}.woff", SHAPES)
        for name, licence in _licences().items():
            shutil.copyfile(licence, made / "fonts" / f"LICENSE-{name}.txt")
        if folder.exists():
            folder.rename(Path(temporary) / "outdated")
        made.rename(folder)
    return folder


def _source(face: str) -> Path:
    import font_source_sans_pro
    import font_source_serif_pro

    package = font_source_serif_pro if "Serif" in face else font_source_sans_pro
    return Path(package.__file__).parent / "files" / f"{face}.ttf"


def _dejavu() -> Path:
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"


def _licences() -> dict[str, Path]:
    return {
        "SourceSerifPro": _source("SourceSerifPro-Regular").with_name("LICENSE.txt"),
        "SourceSansPro": _source("SourceSansPro-Regular").with_name("LICENSE.txt"),
        "DejaVu": _dejavu() / "LICENSE_DEJAVU",
    }


def _cut(source: Path, target: Path, characters: tuple[int, ...]) -> None:
    from fontTools import subset

    features = [*subset.Options().layout_features, *FEATURES]
    options = subset.Options(flavor="woff", layout_features=features, notdef_outline=True)
    options.drop_tables += ["FFTM"]  # a time stamp of the program that drew the font
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    with subset.load_font(str(source), options) as font:
        cutter.subset(font)
        subset.save_font(font, str(target), options)
