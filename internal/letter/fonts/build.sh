#!/bin/sh
# Builds the font pack of official papers from the distribution's fonts and writes it beside this script. Run it only when a
# font changes; the result is committed.
#   Needs (Debian names): fonts-morisawa-bizud-mincho fonts-morisawa-bizud-gothic fonts-noto-cjk fonts-noto-core
#   fonttools poppler-data zopfli
# mincho, gothic: BIZ UDMincho and BIZ UDGothic, every glyph they map, without hinting and layout tables.
# -latin: Latin, Greek and Cyrillic letters, from Noto.
# -cjk: what BIZ lacks, from Noto CJK with quadratic outlines: JIS X 0213, Adobe-Japan1 and every ideograph and Hangul syllable
# of the basic plane.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-/usr/bin/python3}
exec "$python" - <<'PY'
import io, os, re, subprocess, tempfile
from fontTools import subset
from fontTools.ttLib import TTFont, newTable
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

BIZ = "/usr/share/fonts/truetype/bizud-%s/BIZUD%s-Regular.ttf"
CJK = "/usr/share/fonts/opentype/noto/Noto%sCJK-Regular.ttc"
NOTO = "/usr/share/fonts/truetype/noto/Noto%s-Regular.ttf"
KEEP = ["head", "hhea", "maxp", "OS/2", "hmtx", "cmap", "loca", "glyf", "name", "post"]

def trimmed(font, codes):
    o = subset.Options()
    o.hinting = False
    o.layout_features = []
    o.notdef_outline = True
    o.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    o.glyph_names = False
    o.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "meta", "gasp", "STAT", "kern"]
    s = subset.Subsetter(o)
    s.populate(unicodes=codes)
    s.subset(font)
    return font

def quadratic(font):
    """Turns CFF outlines into TrueType ones, half a unit off at most."""
    order, glyphs, out = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, 0.8, reverse_direction=True))
        out[name] = pen.glyph()
    font["loca"] = newTable("loca")
    glyf = font["glyf"] = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, out
    for name in order:
        if hasattr(out[name], "recalcBounds"):
            out[name].recalcBounds(glyf)
    hmtx = font["hmtx"]
    for name in order:
        g = out[name]
        hmtx[name] = (hmtx[name][0], g.xMin if g.numberOfContours else 0)
    del font["CFF "]
    if "VORG" in font:
        del font["VORG"]
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for k in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
              "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints",
              "maxCompositeContours", "maxComponentDepth"):
        setattr(maxp, k, 1 if k == "maxZones" else 0)
    post = font["post"]
    post.formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
    return font

def write(font, name):
    for tag in [t for t in font.keys() if t not in KEEP + ["GlyphOrder"]]:
        del font[tag]
    font["post"].formatType = 3.0
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    b = io.BytesIO()
    font.save(b)
    raw = b.getvalue()
    with tempfile.NamedTemporaryFile() as f:
        f.write(raw)
        f.flush()
        packed = subprocess.run(["zopfli", "--i5", "-c", f.name], check=True, stdout=subprocess.PIPE).stdout
    open(name, "wb").write(packed)
    print(name, len(font.getGlyphOrder()), "glyphs", len(raw), "bytes,", os.path.getsize(name), "packed")

def charset(codec):
    found = set()
    for a in range(0x81, 0xFF):
        for b in range(0x40, 0xFF):
            for raw in (bytes([a, b]), bytes([0x8F, a, b])):
                try:
                    s = raw.decode(codec)
                except UnicodeDecodeError:
                    continue
                if len(s) == 1:
                    found.add(ord(s))
    return found

def wanted():
    codes = charset("euc_jis_2004") | adobe_japan()
    for a, b in ((0x3130, 0x3190), (0x4E00, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0xFB00), (0xFFE0, 0xFFE7)):
        codes |= set(range(a, b))
    return codes

def adobe_japan():
    """Letters of Adobe-Japan1, among them the ideographs of names beyond the basic plane (the 吉 of 野家)."""
    codes = set()
    for line in open("/usr/share/poppler/cMap/Adobe-Japan1/UniJISX02132004-UTF32-H"):
        m = re.fullmatch(r"<([0-9a-f]{8})> (?:<([0-9a-f]{8})> )?\d+\n", line)
        if m:
            codes |= set(range(int(m[1], 16), int(m[2] or m[1], 16) + 1))
    return codes

letters = set()
for a, b in ((0x20, 0x7F), (0xA0, 0x250), (0x2B0, 0x300), (0x300, 0x370), (0x370, 0x400), (0x400, 0x530), (0x1E00, 0x2000),
             (0x2000, 0x2070), (0x20A0, 0x20C0)):
    letters |= set(range(a, b))

for name, title, sub in (("mincho", "Mincho", "Serif"), ("gothic", "Gothic", "Sans")):
    main = TTFont(BIZ % (name, title))
    have = set(main.getBestCmap())
    write(trimmed(main, have), name + ".ttf.gz")
    more = TTFont(CJK % sub, fontNumber=0)  # the Japanese face
    lacks = (wanted() & set(more.getBestCmap())) - have - letters
    write(quadratic(trimmed(more, lacks)), name + "-cjk.ttf.gz")
    latin = TTFont(NOTO % sub)
    write(trimmed(latin, letters & set(latin.getBestCmap())), name + "-latin.ttf.gz")
PY
