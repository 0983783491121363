"""Cuts the fonts of Assay out of IBM Plex and Source Serif 4; see README.md beside this file."""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

PLEX_SANS = "ibm-plex-sans-1.1.0/package/fonts/complete/woff2/IBMPlexSans-{}.woff2"
PLEX_MONO = "ibm-plex-mono-2.5.0/package/fonts/complete/woff2/IBMPlexMono-{}.woff2"
SOURCE_SERIF = "source-serif-4.5.1/package/TTF/SourceSerif4Subhead-{}.ttf"

# source, family, style, weight
FONTS = [
    (PLEX_SANS.format("Regular"), "Assay Sans", "Regular", 400),
    (PLEX_SANS.format("Italic"), "Assay Sans", "Italic", 400),
    (PLEX_SANS.format("SemiBold"), "Assay Sans", "SemiBold", 600),
    (SOURCE_SERIF.format("Regular"), "Assay Serif", "Regular", 400),
    (SOURCE_SERIF.format("Semibold"), "Assay Serif", "SemiBold", 600),
    (PLEX_MONO.format("Regular"), "Assay Mono", "Regular", 400),
]

RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2B9, 0x2DD), (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EF2, 0x1EF3),
    (0x2010, 0x2027), (0x202F, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x2070, 0x208E), (0x20AC, 0x20AC),
    (0x2116, 0x2116), (0x2122, 0x2122), (0x2150, 0x215E),
    (0x2190, 0x2199),  # arrows
    (0x2202, 0x2202), (0x2206, 0x2206), (0x2211, 0x2212), (0x2215, 0x2215), (0x221A, 0x221A), (0x221E, 0x221E),
    (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265), (0x25CA, 0x25CA),
    (0x2713, 0x2713),  # check mark
]
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "frac", "zero"]


def cut(source, family, style, weight, into):
    font = TTFont(source)
    assert "glyf" in font, f"{source}: the PDFs need TrueType outlines"
    options = subset.Options(hinting=False, notdef_outline=True, layout_features=FEATURES)
    options.drop_tables += ["DSIG", "STAT", "meta"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    name = font["name"]
    kept = {0: name.getDebugName(0), 5: name.getDebugName(5), 13: name.getDebugName(13), 14: name.getDebugName(14)}
    cutter.subset(font)
    rename(font["name"], family, style, kept)
    font["OS/2"].usWeightClass = weight
    stem = f"{family} {style}".lower().replace(" ", "-")
    font.flavor = None
    font.save(into / f"{stem}.ttf")
    font.flavor = "woff2"
    font.save(into / f"{stem}.woff2")


def rename(name, family, style, kept):
    """A cut font is a modified one, and may not bear the names that the licences reserve."""
    postscript = f"{family}-{style}".replace(" ", "")
    plain = style in ("Regular", "Italic")
    name.names = []
    texts = kept | {
        1: family if plain else f"{family} {style}",
        2: style if plain else "Regular",
        3: f"{postscript};cut for Assay",
        4: f"{family} {style}",
        6: postscript,
        10: "Cut from IBM Plex or Source Serif 4 and renamed, as the SIL Open Font License asks.",
        16: family,
        17: style,
    }
    for number, text in texts.items():
        if text:
            name.setName(text, number, 3, 1, 0x409)


for font in FONTS:
    cut(*font, into=Path(sys.argv[1]))
