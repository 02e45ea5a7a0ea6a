import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from koban.lib import media
from koban.lib.media import Busy, Cleaned, Limits, Unfit, agrees, clean_image, sniff

SECRET = "SECRET-7f3a"
JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF"


def ftyp(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00"


@pytest.mark.parametrize("head, found", [
    (JPEG_HEAD, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n\x00", "image/png"),
    (b"GIF89a\x01", "image/gif"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    (ftyp(b"heic"), "image/heic"),
    (b"%PDF-1.7\n", "application/pdf"),
    (ftyp(b"M4A "), "audio/mp4"),
    (b"ID3\x04", "audio/mpeg"),
    (b"\xff\xfb\x90\x00", "audio/mpeg"),
    (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
    (b"OggS\x00\x02", "audio/ogg"),
    (ftyp(b"isom"), "video/mp4"),
    (ftyp(b"qt  "), "video/quicktime"),
    (b"\x1aE\xdf\xa3\x9f", "video/webm"),
    ("门锁坏了\n".encode(), "text/plain"),
    ("门锁坏了\n".encode("gb18030"), "text/plain"),
    ("门".encode() * 1365 + b"\xe9", "text/plain"),  # cut inside a character
    (b"", ""),
    (b"plain\x00text", ""),
    (b"PK\x03\x04", ""),
    (b"MZ\x90\x00\x03", ""),
    (b"\x7fELF\x02", ""),
    (b"RIFF\x00\x00\x00\x00AVI ", ""),
    (ftyp(b"crx "), ""),
    (b" \n<!DOCTYPE html><script>", ""),
    (b"<svg xmlns='x' onload='y'>", ""),
    (b"<?xml version='1.0'?>", ""),
    (b"#!/bin/sh\n", ""),
])  # fmt: skip
def test_a_type_is_told_from_the_bytes(head: bytes, found: str) -> None:
    assert sniff(head) == found
    assert not found or found in media.KINDS


def test_every_type_has_a_kind_and_an_ending() -> None:
    assert media.KINDS.keys() == media.SUFFIXES.keys()


@pytest.mark.parametrize("declared, name, sniffed, honest", [
    ("image/jpeg", "door.jpg", "image/jpeg", True),
    ("image/jpg", "door.JPEG", "image/jpeg", True),
    ("IMAGE/JPEG; q=1", "", "image/jpeg", True),
    ("", "", "image/jpeg", True),
    ("application/octet-stream", "door", "image/png", True),
    ("audio/x-m4a", "voice.m4a", "video/mp4", True),  # the container does not tell
    ("audio/webm", "voice.webm", "video/webm", True),
    ("image/png", "door.png", "image/jpeg", False),
    ("image/jpeg", "door.html", "image/jpeg", False),
    ("text/html", "door.jpg", "image/jpeg", False),
    ("application/pdf", "", "image/jpeg", False),
    ("image/jpeg", "door.exe", "image/jpeg", False),
])  # fmt: skip
def test_a_file_must_be_what_it_says(declared: str, name: str, sniffed: str, honest: bool) -> None:
    assert agrees(sniffed, declared=declared, name=name) is honest


def packed(image: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def half_red(width: int = 64, height: int = 32, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    return image.convert(mode)


def talkative_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Maker", "Model\x00 7"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = SECRET
    exif.get_ifd(ExifTags.IFD.Exif).update({36867: "2026:03:01 12:30:05", 36881: "+08:00"})
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: (30.0, 15.0, 36.0), 3: "W", 4: (120.0, 30.0, 0.0), 17: 271.25}
    )
    return exif


def clean(picture: bytes, **limits: Any) -> Cleaned:
    return clean_image(io.BytesIO(picture), Limits(**limits))


def segments(jpeg: bytes) -> set[int]:
    """Markers of a JPEG up to its data."""
    at, found = 2, set()
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def png_info() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET)
    info.add_itxt("XML:com.adobe.xmp", SECRET)
    return info


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
TALKATIVE = {
    "jpeg": packed(half_red(), exif=talkative_exif(), comment=SECRET, icc_profile=SRGB, xmp=XMP),
    "png": packed(half_red(), "PNG", exif=talkative_exif(), pnginfo=png_info(), icc_profile=SRGB),
    "webp": packed(half_red(), "WEBP", exif=talkative_exif(), xmp=XMP, icc_profile=SRGB, lossless=True),
}


@pytest.mark.parametrize("kind", TALKATIVE)
def test_a_picture_is_drawn_anew_upright_and_says_nothing_about_itself(kind: str) -> None:
    assert SECRET.encode() in TALKATIVE[kind]
    found = clean(TALKATIVE[kind])
    for picture in (found.view, found.thumb):
        assert SECRET.encode() not in picture
        assert segments(picture) <= {
            0xE0,
            0xDB,
            0xC0,
            0xC2,
            0xC4,
        }  # JFIF, tables, frame: nothing that can talk
        with Image.open(io.BytesIO(picture)) as image:
            assert image.size == (32, 64)  # orientation 6: a quarter turn clockwise
            assert image.info.keys() <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
            assert image.getpixel((16, 4))[0] > 200  # type: ignore[index]
            assert image.getpixel((16, 60))[2] > 200  # type: ignore[index]


@pytest.mark.parametrize("kind", TALKATIVE)
def test_what_the_camera_said_is_kept_apart(kind: str) -> None:
    assert clean(TALKATIVE[kind]).metadata == {
        "width": 64, "height": 32, "taken_at": "2026-03-01T12:30:05+08:00", "camera": "Maker Model 7",
        "lat": 30.26, "lon": -120.5, "heading": 271.2,
    }  # fmt: skip


@pytest.mark.parametrize("gps, exif", [
    ({1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)}, {36867: "0000:00:00 00:00:00"}),
    ({1: "N", 2: (5.0, 0.0)}, {36867: "yesterday"}),
    ({2: (1.0, 2.0, 3.0)}, {36867: b"\xff\xfe"}),
    ({17: 360.0}, {}),
])  # fmt: skip
def test_what_makes_no_sense_is_left_out(gps: dict[int, Any], exif: dict[int, Any]) -> None:
    written = Image.Exif()
    written.get_ifd(ExifTags.IFD.Exif).update(exif)
    written.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    picture = packed(half_red(), exif=written)
    assert clean(picture).metadata == {"width": 64, "height": 32}


@pytest.mark.parametrize("picture", [
    packed(half_red(mode="L")),
    packed(half_red(mode="CMYK")),
    packed(half_red(mode="P"), "PNG"),
    packed(half_red(mode="1"), "PNG"),
    packed(half_red(mode="LA"), "PNG"),
    packed(half_red(mode="RGBA"), "PNG"),
    packed(half_red(mode="L").convert("I;16"), "PNG"),
    packed(half_red(mode="P"), "GIF"),
    packed(half_red(), "GIF", save_all=True, append_images=[half_red()] * 3),
    packed(half_red(mode="RGBA"), "WEBP"),
])  # fmt: skip
def test_every_kind_of_picture_becomes_a_plain_jpeg(picture: bytes) -> None:
    with Image.open(io.BytesIO(clean(picture).view)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (64, 32))


def test_what_was_transparent_is_white() -> None:
    with Image.open(
        io.BytesIO(clean(packed(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG")).view)
    ) as image:
        assert image.getpixel((4, 4)) == (255, 255, 255)


def test_a_large_picture_is_shown_smaller_and_small_once_more() -> None:
    found = clean(packed(half_red(4000, 3000)), view_px=1000, thumb_px=100)
    assert (found.width, found.height) == (1000, 750)
    with Image.open(io.BytesIO(found.thumb)) as image:
        assert image.size == (100, 75)
    assert (found.metadata["width"], found.metadata["height"]) == (4000, 3000)


def png_of_size(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of that size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("picture, limits, reason", [
    (png_of_size(50_000, 50_000), {}, "pixels"),
    (png_of_size(1000, 1000), {}, "damaged"),
    (png_of_size(7_000, 7_000), {"memory_bytes": 150_000_000}, "memory"),
    (packed(half_red(6000, 6000), "PNG"), {"cpu_s": 0}, "time"),
    (packed(half_red(6000, 6000), "PNG"), {"wall_s": 0.02}, "time"),
    (packed(half_red(), "PNG"), {"source_bytes": 100}, "memory"),
    (packed(half_red())[:-200], {}, "damaged"),
    (JPEG_HEAD, {}, "damaged"),
    (b"%PDF-1.7", {}, "damaged"),
    (b"", {}, "damaged"),
    (ftyp(b"heic"), {}, "damaged"),
])  # fmt: skip
def test_a_bomb_or_a_broken_picture_is_refused_with_its_reason(
    picture: bytes, limits: Any, reason: str
) -> None:
    with pytest.raises(Unfit, match=reason):
        clean(picture, **limits)


def test_a_broken_colour_profile_does_not_lose_the_picture() -> None:
    assert clean(packed(half_red(), icc_profile=b"not a profile")).width == 64


def test_the_server_never_runs_more_than_two_children() -> None:
    assert media._slots.acquire(timeout=5)
    assert media._slots.acquire(timeout=5)
    try:
        with pytest.raises(Busy):
            clean_image(io.BytesIO(packed(half_red())), wait_s=0.01)
    finally:
        media._slots.release(2)
    assert clean(packed(half_red())).width == 64


def test_a_broken_installation_is_not_blamed_on_the_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "child.py"
    broken.write_text("import a_library_that_is_not_there")
    monkeypatch.setattr(media, "CHILD", broken)
    with pytest.raises(media.ChildBroken, match=r"child\.py ended with 1"):
        clean(packed(half_red()))
