"""Reads a PDF with another library than the one that wrote it: what PDF/A asks for, and the text by its ToUnicode maps."""

import io
import re

import pikepdf


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """What a reader copies from the pages."""
    return "".join(_page_text(page) for page in opened(pdf).pages)


def fonts_of(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]


def faults(pdf: bytes) -> list[str]:
    """Every clause of PDF/A-3a that the file breaks, of those that matter to us; [] for a good one."""
    document = opened(pdf)
    root, raw = document.Root, pdf
    xmp = bytes(root.Metadata.read_bytes()).decode() if "/Metadata" in root else ""
    checks = {
        "is encrypted": document.is_encrypted,
        "has no /ID": "/ID" not in document.trailer,
        "does not say part 3": "<pdfaid:part>3</pdfaid:part>" not in xmp,
        "does not say conformance A": "<pdfaid:conformance>A</pdfaid:conformance>" not in xmp,
        "has no output intent": not _intent(root),
        "is not tagged": "/MarkInfo" not in root
        or not root.MarkInfo.get("/Marked")
        or "/StructTreeRoot" not in root,
        "has no language": not str(root.get("/Lang", "")),
        "has JavaScript or actions": any(k in root for k in ("/OpenAction", "/AA")) or b"/JavaScript" in raw,
        "uses LZW": b"/LZWDecode" in raw,
        "refers outside": any(mark in raw for mark in (b"/GoToR", b"/Launch", b"/URI ")),
        "has a file without relationship": any("/AFRelationship" not in file for file in root.get("/AF", [])),
    }
    return [fault for fault, found in checks.items() if found] + [
        f"{font.get('/BaseFont')} {why}" for font in fonts_of(document) for why in _font_faults(font)
    ]


def _intent(root) -> bool:
    intents = list(root.get("/OutputIntents", []))
    return len(intents) == 1 and intents[0].S == "/GTS_PDFA1" and "/DestOutputProfile" in intents[0]


def _font_faults(font):
    if font.Subtype == "/Type0" and "/ToUnicode" not in font:
        yield "has no ToUnicode map"
    if "/FontDescriptor" in font and not any(
        name in font.FontDescriptor for name in ("/FontFile2", "/FontFile3")
    ):
        yield "is not embedded"


def _page_text(page) -> str:
    maps = {name: _unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
    found, current = [], {}
    for instruction in pikepdf.parse_content_stream(page):
        operands = instruction.operands
        match str(instruction.operator):
            case "Tf":
                current = maps[str(operands[0])]
            case "Tj":
                found.append(_decoded(bytes(operands[0]), current))
            case "TJ":
                pieces = (bytes(one) for one in operands[0] if isinstance(one, pikepdf.String))
                found.extend(_decoded(piece, current) for piece in pieces)
            case "ET":
                found.append("\n")
    return "".join(found)


def _decoded(raw: bytes, table: dict[int, str]) -> str:
    return "".join(table[int.from_bytes(raw[at : at + 2], "big")] for at in range(0, len(raw), 2))


def _unicode(font) -> dict[int, str]:
    """Glyph code -> text, of the font's ToUnicode map."""
    source, table = font.ToUnicode.read_bytes().decode("latin-1"), {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", source, re.S):
        for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            table[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", source, re.S):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int.from_bytes(bytes.fromhex(text), "big")
            for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                table[code] = chr(start + step)
    return table
