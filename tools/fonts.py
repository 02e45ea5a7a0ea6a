"""Make the fonts that papers are set in, from exact npm packages.

    python tools/fonts.py            # download, trim, write, hash (needs npm; fontTools comes into a folder of its own)
    python tools/fonts.py --check    # compare the committed files with HASHES (needs nothing)

The regular weight keeps every character of Noto Sans SC (all of GBK, and rarer ones); the bold one, which only titles
use, and Noto Serif SC, for official letters, keep GB 2312 and fall back to the regular weight. Hinting and what a page
never asks for are left out.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

FONTS = Path(__file__).resolve().parent.parent / "koban" / "lib" / "typeset" / "fonts"
HASHES = FONTS / "HASHES"
VERSION = "0.4.3"
FONTTOOLS = "fonttools==4.60.1"
# (package, file in it, our name, what is kept)
CUTS = [
    (
        "@expo-google-fonts/noto-sans-sc",
        "400Regular/NotoSansSC_400Regular.ttf",
        "NotoSansSC-Regular.ttf",
        "whole",
    ),
    ("@expo-google-fonts/noto-sans-sc", "700Bold/NotoSansSC_700Bold.ttf", "NotoSansSC-Bold.ttf", "simple"),
    (
        "@expo-google-fonts/noto-serif-sc",
        "400Regular/NotoSerifSC_400Regular.ttf",
        "NotoSerifSC-Regular.ttf",
        "simple",
    ),
]

# Runs where fontTools is: cuts one file, and writes down which characters it has.
CUT = """
import sys
from fontTools import subset
from fontTools.ttLib import TTFont

source, target, coverage, whole = sys.argv[1:]
options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"])
options.layout_features = ["kern", "locl", "ccmp", "mark", "mkmk", "liga"]
options.drop_tables += ["STAT", "BASE", "gasp"]
font = TTFont(source, recalcTimestamp=False)
simple = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2040)}
for high in range(0xA1, 0xF8):
    simple |= {ord(c) for low in range(0xA1, 0xFF) for c in bytes([high, low]).decode("gb2312", "ignore")}
cut = subset.Subsetter(options)
cut.populate(unicodes=set(font.getBestCmap()) if whole == "whole" else simple)
cut.subset(font)
font.save(target)
known, runs = sorted(font.getBestCmap()), []
for code in known:
    if runs and runs[-1][1] == code - 1:
        runs[-1][1] = code
    else:
        runs.append([code, code])
if whole == "whole":
    with open(coverage, "w") as file:
        file.writelines(f"{first:X}-{last:X}\\n" for first, last in runs)
"""


def fetch(package: str, into: Path) -> Path:
    """Unpack a package; the folder that holds its files."""
    into.mkdir()
    command = ["npm", "pack", f"{package}@{VERSION}", "--silent", "--pack-destination", str(into)]
    archive = into / subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    return into / "package"


def write() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        venv.create(room / "tools", with_pip=True)
        python = str(room / "tools" / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", FONTTOOLS], check=True)
        packages = {name: fetch(name, room / name.rpartition("/")[2]) for name in {cut[0] for cut in CUTS}}
        for package, source, name, kept in CUTS:
            told = [str(packages[package] / source), str(FONTS / name), str(FONTS / "coverage.txt"), kept]
            subprocess.run([python, "-c", CUT, *told], check=True)
        (FONTS / "LICENSE").write_bytes((packages[CUTS[0][0]] / "LICENSE_FONT").read_bytes())
    HASHES.write_text(hashes())
    return check()


def hashes() -> str:
    """One line a file, as `sha256sum` writes it."""
    files = sorted(path for path in FONTS.iterdir() if path.is_file() and path != HASHES)
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def check() -> int:
    """0 when the committed files are the ones that were hashed, else 1 with the lines that differ."""
    wrong = set(HASHES.read_text().splitlines()) ^ set(hashes().splitlines())
    print("\n".join(sorted(wrong)) or "fonts are as hashed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv[1:] else write())
