"""Reads one scanned file in a process of its own, with limits: a damaged or forged PDF takes down nothing but this.

python -m koban.lib.scan_child codes FILE        each page's codes, as JSON
python -m koban.lib.scan_child cut FILE OUT FIRST COUNT
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image

MEMORY = 1_500_000_000  # bytes
SECONDS = 300  # of CPU
DPI = 144
MOST_PAGES = 3000
MOST_PIXELS = 80_000_000


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def codes_of(picture: Any) -> list[str]:
    wanted: Any = zxingcpp.BarcodeFormat.QRCode
    return [one.text for one in zxingcpp.read_barcodes(picture, formats=wanted) if one.valid]


def codes(path: Path) -> list[list[str]]:
    """The codes on each page of a PDF, or of a picture."""
    if path.suffix.lower() != ".pdf":
        with Image.open(path) as picture:
            return [codes_of(picture.convert("L"))]
    with pdfium.PdfDocument(path) as document:
        if len(document) > MOST_PAGES:
            raise ValueError("too many pages")
        return [codes_of(page.render(scale=DPI / 72, grayscale=True).to_pil()) for page in document]


def cut(path: Path, out: Path, first: int, count: int) -> None:
    """`count` pages from page `first` (from 0) as a PDF of their own."""
    with pdfium.PdfDocument(path) as document, pdfium.PdfDocument.new() as part:
        part.import_pages(document, list(range(first, first + count)))
        part.save(out)


def main(arguments: list[str]) -> None:
    limit()
    if arguments[0] == "codes":
        sys.stdout.write(json.dumps(codes(Path(arguments[1]))))
    else:
        cut(Path(arguments[1]), Path(arguments[2]), int(arguments[3]), int(arguments[4]))


if __name__ == "__main__":
    main(sys.argv[1:])
