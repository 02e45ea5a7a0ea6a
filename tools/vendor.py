"""Copy the few files that browsers need from exact npm versions into the static tree.

    python tools/vendor.py            # download, trim, write, hash (needs npm on the developer's machine)
    python tools/vendor.py --check    # compare the committed files with HASHES (needs nothing)

The result is committed, so that `make run` needs no Node and no network. Licences lie beside the files.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = Path(__file__).resolve().parent.parent / "koban" / "desk" / "static" / "vendor"
HASHES = VENDOR / "HASHES"
SHEETS = HERE.parent / "koban" / "matters" / "forms" / "xslt"

VERSIONS = {
    "htmx.org": "4.0.1",
    "maplibre-gl": "6.17.0",
    "@tabler/icons": "3.51.0",
    "@fontsource-variable/noto-sans-sc": "5.3.1",
    "@noble/ed25519": "3.2.0",
    "qr": "0.7.0",
}

# Only what templates and modules name; tests compare this list with the templates.
ICONS = """
activity adjustments alarm alert-circle alert-triangle ambulance arrow-forward-up arrow-left arrow-merge
arrow-right arrows-sort arrows-split-2 ban bell bell-ringing bike book briefcase building building-community
building-store bulb calendar calendar-event calendar-week camera car car-crash certificate chart-bar check
checklist chevron-down chevron-left chevron-right chevron-up circle circle-check circle-dashed circle-dot
circle-x clipboard-list clock clock-exclamation command copy current-location database device-desktop
device-mobile dots door download droplet edit external-link eye eye-off file file-text filter fingerprint
first-aid-kit flag flame hand-stop heart-handshake help-circle history home hourglass info-circle key keyboard
language layout-dashboard layout-list link list list-check lock lock-open login logout mail map map-2 map-pin
menu-2 message message-circle message-report minus mood-neutral mood-sad mood-smile moon moon-stars news note
notes package paperclip paw phone phone-call photo player-pause player-play plus printer qrcode refresh report
rotate scale search send server settings shield shield-check shield-exclamation shield-lock sos
sort-ascending sort-descending speakerphone star sun sun-moon thumb-down thumb-up timeline trash tree upload
urgent user user-check user-exclamation user-plus user-search users volume volume-off walk wallet wheelchair
wifi-off world x zoom-in zoom-out
""".split()


def fetch(package: str, version: str, into: Path) -> Path:
    """Unpack one npm package at one version; the folder that holds its files."""
    print(f"  {package}@{version}", flush=True)
    command = ["npm", "pack", f"{package}@{version}", "--silent", "--pack-destination", str(into)]
    archive = into / subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    folder = into / package.replace("/", "-").strip("@")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def put(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def script(source: Path) -> bytes:
    """A script without the pointer to its source map, which we do not ship."""
    return re.sub(rb"\n//# sourceMappingURL=.*", b"", source.read_bytes())


def htmx(package: Path) -> None:
    put(VENDOR / "htmx" / "htmx.min.js", script(package / "dist" / "htmx.min.js"))
    put(VENDOR / "htmx" / "hx-sse.min.js", script(package / "dist" / "ext" / "hx-sse.min.js"))
    put(VENDOR / "htmx" / "LICENSE", (package / "LICENSE").read_bytes())


def maplibre(package: Path) -> None:
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs"):
        put(VENDOR / "maplibre" / name, script(package / "dist" / name))
    put(
        VENDOR / "maplibre" / "maplibre-gl.css",
        without_pictures((package / "dist" / "maplibre-gl.css").read_text()),
    )
    put(VENDOR / "maplibre" / "LICENSE", (package / "LICENSE.txt").read_bytes())


def without_pictures(css: str) -> bytes:
    """The sheet without `data:` pictures, which our policy refuses: the controls are our own."""
    return re.sub(r"background-image:url\([\"']?data:[^}]*?[\"']\);?", "", css).encode()


def icons(package: Path) -> None:
    symbols = [symbol(package / "icons" / "outline" / f"{name}.svg", name) for name in ICONS]
    sheet = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    put(VENDOR / "icons" / "sprite.svg", sheet.encode())
    put(VENDOR / "icons" / "LICENSE", (package / "LICENSE").read_bytes())


def symbol(source: Path, name: str) -> str:
    """One drawing as a symbol; the invisible frame that every Tabler icon begins with is left out."""
    inner = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>.*$", "", source.read_text())
    inner = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", inner)
    inner = re.sub(r"\s*\n\s*", "", inner).replace(" />", "/>")
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
    )


def font(package: Path) -> None:
    """Two families: "Koban Sans" (Latin, always fetched) and "Koban Sans SC" (fetched where no local one is).

    The Chinese faces stay apart, so that a phone that has PingFang or HarmonyOS Sans fetches 33 KB, not 1 MB.
    """
    faces = re.findall(r"/\* (\S+) \*/\s*(@font-face \{.*?\})", (package / "index.css").read_text(), re.S)
    latin: list[str] = []
    chinese: list[str] = []
    for name, face in faces:
        (latin if "latin" in name else chinese).append(one_line(face, "latin" in name))
        file = re.search(r"url\(\./files/(\S+?)\)", face)
        assert file, f"{name} names no file"
        put(VENDOR / "noto-sans-sc" / "files" / file[1], (package / "files" / file[1]).read_bytes())
    put(VENDOR / "noto-sans-sc" / "latin.css", ("\n".join(latin) + "\n").encode())
    put(VENDOR / "noto-sans-sc" / "chinese.css", ("\n".join(chinese) + "\n").encode())
    put(VENDOR / "noto-sans-sc" / "LICENSE", (package / "LICENSE").read_bytes())


def one_line(face: str, latin: bool) -> str:
    family = "Koban Sans" if latin else "Koban Sans SC"
    face = face.replace("Noto Sans SC Variable", family).replace("woff2-variations", "woff2")
    return re.sub(r"\s*([{};:,])\s*", r"\1", face)


def ed25519(package: Path) -> None:
    """Checks signatures where a browser has no Ed25519 of its own."""
    put(VENDOR / "noble-ed25519" / "index.js", script(package / "index.js"))
    put(VENDOR / "noble-ed25519" / "LICENSE", (package / "LICENSE").read_bytes())


def qr(package: Path) -> None:
    """Reads codes out of pictures where a browser has no BarcodeDetector."""
    for name in ("decode.js", "index.js"):
        put(VENDOR / "qr" / name, script(package / name))
    put(VENDOR / "qr" / "LICENSE", (package / "LICENSE-MIT").read_bytes())


def engine() -> None:
    """The engine of forms in one module, made by esbuild from exact versions; its XSLT goes to who runs it, the server."""
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        for file in (HERE / "enketo").iterdir():
            put(room / file.name, file.read_bytes())
        print("  enketo-core", flush=True)
        subprocess.run(["npm", "install", "--ignore-scripts", "--silent"], check=True, cwd=room)
        modules = room / "node_modules"
        pad = modules / "enketo-core" / "src" / "widget" / "draw" / "draw-widget.js"
        pad.write_text(pad.read_text().replace('style="background: ${color};" ', ""))  # our policy refuses it
        subprocess.run(["node_modules/.bin/esbuild", *BUNDLE], check=True, cwd=room)
        put(VENDOR / "enketo" / "enketo.mjs", (room / "enketo.mjs").read_bytes())
        for package in ("enketo-core", "jquery", "openrosa-xpath-evaluator", "signature_pad", "mergexml"):
            licence = next(path for path in (modules / package).iterdir() if "LICEN" in path.name.upper())
            put(VENDOR / "enketo" / f"LICENSE.{package}", licence.read_bytes())
        sheets(modules / "enketo-transformer")


ALIASES = {
    "config": "./config.js",
    "widgets": "./widgets.js",
    "translator": "./translator.js",
    "dialog": "./dialog.js",
    "file-manager": "enketo-core/src/js/file-manager.js",
    "xpath-evaluator-binding": "enketo-core/src/js/xpath-evaluator-binding.js",
}
BUNDLE = [
    "engine.js", "--bundle", "--format=esm", "--minify", "--target=es2020", "--outfile=enketo.mjs",
    "--log-level=warning", *(f"--alias:enketo/{name}={where}" for name, where in ALIASES.items()),
]  # fmt: skip


def sheets(package: Path) -> None:
    """The two XSLT sheets, out of the modules that carry them as strings."""
    for name in ("openrosa2html5form", "openrosa2xmlmodel"):
        module = package / "dist" / "enketo-transformer" / "xsl" / f"{name}.xsl.js"
        told = f"import('{module.as_posix()}').then((m) => process.stdout.write(m.default))"
        made = subprocess.run(["node", "-e", told], check=True, capture_output=True)
        put(SHEETS / f"{name}.xsl", made.stdout)
    put(SHEETS / "LICENSE", (package / "LICENSE").read_bytes())


STEPS: dict[str, Callable[[Path], None]] = {
    "htmx.org": htmx,
    "maplibre-gl": maplibre,
    "@tabler/icons": icons,
    "@fontsource-variable/noto-sans-sc": font,
    "@noble/ed25519": ed25519,
    "qr": qr,
}


def hashes() -> str:
    """One line a file, as `sha256sum` writes it, so that `sha256sum -c HASHES` checks it too."""
    files = sorted(path for path in VENDOR.rglob("*") if path.is_file() and path != HASHES)
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(VENDOR)}" for file in files)
    return "\n".join(lines) + "\n"


def write() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        for package, version in VERSIONS.items():
            STEPS[package](fetch(package, version, Path(temporary)))
    engine()
    HASHES.write_text(hashes())
    print(f"{len(HASHES.read_text().splitlines())} files in {VENDOR}")
    return 0


def check() -> int:
    """0 when the committed files are the ones that were hashed, else 1 with the lines that differ."""
    wrong = set(HASHES.read_text().splitlines()) ^ set(hashes().splitlines())
    print("\n".join(sorted(wrong)) or "vendored files are as hashed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv[1:] else write())
