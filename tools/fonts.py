"""Make the fonts that papers are set in, from one exact npm package.

    python tools/fonts.py            # download, trim, write, hash (needs npm; fontTools comes into a folder of its own)
    python tools/fonts.py --check    # compare the committed files with HASHES (needs nothing)

The regular weight keeps every character of Noto Sans SC (all of GBK, and rarer ones); the bold one, which only titles
use, keeps GB 2312 and falls back to the regular weight. Hinting and what a page never asks for are left out.
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
PACKAGE, VERSION = "@expo-google-fonts/noto-sans-sc", "0.4.3"
FONTTOOLS = "fonttools==4.60.1"
WEIGHTS = {"400Regular": "NotoSansSC-Regular.ttf", "700Bold": "NotoSansSC-Bold.ttf"}

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


def fetch(into: Path) -> Path:
    """Unpack the package; the folder that holds its files."""
    command = ["npm", "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", str(into)]
    archive = into / subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    return into / "package"


def write() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        package, room = fetch(Path(temporary)), Path(temporary) / "tools"
        venv.create(room, with_pip=True)
        python = str(room / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", FONTTOOLS], check=True)
        for folder, name in WEIGHTS.items():
            source = package / folder / f"NotoSansSC_{folder}.ttf"
            whole = "whole" if "Regular" in name else "simple"
            told = [str(source), str(FONTS / name), str(FONTS / "coverage.txt"), whole]
            subprocess.run([python, "-c", CUT, *told], check=True)
        (FONTS / "LICENSE").write_bytes((package / "LICENSE_FONT").read_bytes())
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
