"""The child process of `media`: decodes one untrusted picture and draws it anew.

    python -I media_child.py '{"type": "image/jpeg", "pixels": …}' < picture > answer

The answer is one line of JSON, then the view and the thumbnail. Stands alone: it imports nothing of Koban, and before
the first byte of the picture is parsed it has given up new memory, new files and new connections.
"""

import io
import json
import resource
import sys
from typing import Any, BinaryIO

import pi_heif  # type: ignore[import-untyped]
from PIL import (
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/heic": "HEIF",
}
# Named so that they are loaded now: later this process cannot open files.
PLUGINS = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
SRGB = ImageCms.createProfile("sRGB")


class Unfit(Exception):
    """As in `media`."""


def main() -> None:
    limits = json.loads(sys.argv[1])
    pi_heif.register_heif_opener(thumbnails=False)
    Image.init()
    picture = sys.stdin.buffer.read(limits["source_bytes"])
    give_up(limits)
    answer(sys.stdout.buffer, picture, limits)


def give_up(limits: dict[str, Any]) -> None:
    """Set the limits for good. Without new file descriptors there is no file, no socket and no pipe."""
    for what, most in [
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]:
        resource.setrlimit(what, (most, most))


def answer(out: BinaryIO, picture: bytes, limits: dict[str, Any]) -> None:
    try:
        head, body = drawn_anew(picture, limits)
    except Unfit as why:
        head, body = {"unfit": str(why)}, b""
    except MemoryError:
        head, body = {"unfit": "memory"}, b""
    except Exception:  # noqa: BLE001 decoders raise anything on hostile bytes
        head, body = {"unfit": "damaged"}, b""
    out.write(json.dumps(head).encode() + b"\n" + body)


def drawn_anew(picture: bytes, limits: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    if limits["type"] not in FORMATS:
        raise Unfit("damaged")
    Image.MAX_IMAGE_PIXELS = None  # our own limit answers first, with its own reason
    with Image.open(io.BytesIO(picture), formats=[FORMATS[limits["type"]]]) as image:
        if image.width * image.height > limits["pixels"]:
            raise Unfit("pixels")
        metadata = {"width": image.width, "height": image.height, **told_by(image)}
        view = flat(upright(shrunk(image, limits["view_px"])))
    thumb = view.copy()
    thumb.thumbnail((limits["thumb_px"],) * 2, Image.Resampling.LANCZOS)
    files = [jpeg(view), jpeg(thumb)]
    head = {"view_bytes": len(files[0]), "width": view.width, "height": view.height, "metadata": metadata}
    return head, b"".join(files)


def shrunk(image: Image.Image, edge: int) -> Image.Image:
    """At most `edge` px wide and high; a large JPEG is decoded small at once, which saves most of the memory."""
    if max(image.size) > edge:
        image.draft(None, (edge, edge))
    image.load()
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return image


def upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except (ValueError, TypeError, SyntaxError, KeyError, OSError):  # a broken Exif block turns nothing
        return image


def flat(image: Image.Image) -> Image.Image:
    """RGB in sRGB on white, in an image that was never told anything about itself."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):  # 16 bits and more
        image = image.convert("F").point(lambda value: value * (1 / 256)).convert("L")
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    colours = image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")
    new = Image.new("RGB", image.size, "white")
    new.paste(in_srgb(colours, profile).convert("RGB"), mask=alpha)
    return new


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Converted from its colour profile, if that is whole and fits; else as it is."""
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(
        file, "JPEG", quality=86, optimize=True, progressive=True, exif=b"", icc_profile=None, comment=b""
    )
    return file.getvalue()


def told_by(image: Image.Image) -> dict[str, Any]:
    """What the picture says about itself: when, where, by which camera. Broken parts are left out."""
    try:
        exif = image.getexif()
        taken, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # noqa: BLE001 the same for what reads Exif
        return {}
    camera = " ".join(
        filter(None, (text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model)))
    )
    found = {"taken_at": taken_at(taken), "camera": camera, **position(place), **heading(place)}
    return {key: value for key, value in found.items() if value not in ("", None)}


def text(value: object) -> str:
    return "".join(letter for letter in str(value or "") if letter.isprintable()).strip()[:80]


def taken_at(tags: dict[int, Any]) -> str:
    """`2026:03:01 12:00:00` and `+08:00` as `2026-03-01T12:00:00+08:00`, "" if it is no instant."""
    written = text(tags.get(ExifTags.Base.DateTimeOriginal))
    day, gap, time = written.partition(" ")
    digits = (day + time).replace(":", "")
    if (
        not gap
        or not (digits.isascii() and digits.isdigit())
        or len(digits) != 14
        or digits.startswith("0000")
    ):
        return ""
    zone = text(tags.get(ExifTags.Base.OffsetTimeOriginal))
    return f"{day.replace(':', '-')}T{time}" + (zone if len(zone) == 6 and zone[0] in "+-" else "")


def position(tags: dict[int, Any]) -> dict[str, float]:
    """lon and lat in degrees, or nothing unless both are whole and on the globe."""
    lat = degrees(tags.get(ExifTags.GPS.GPSLatitude), tags.get(ExifTags.GPS.GPSLatitudeRef), "S")
    lon = degrees(tags.get(ExifTags.GPS.GPSLongitude), tags.get(ExifTags.GPS.GPSLongitudeRef), "W")
    if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):
        return {}
    return {"lon": round(lon, 6), "lat": round(lat, 6)}


def heading(tags: dict[int, Any]) -> dict[str, float]:
    """Where the camera pointed, in degrees from north, or nothing."""
    try:
        found = float(tags[ExifTags.GPS.GPSImgDirection])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return {}
    return {"heading": round(found, 1)} if 0 <= found < 360 else {}


def degrees(value: Any, reference: object, negative: str) -> float | None:
    try:
        degree, minute, second = (float(part) for part in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    found = degree + minute / 60 + second / 3600
    return -found if str(reference).upper().startswith(negative) else found


if __name__ == "__main__":
    main()
