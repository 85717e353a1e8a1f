"""Decode image files: TIFF, JPEG, PNG, HEIC, WebP, GIF, BMP. Runs in the decoding child only."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Callable, Iterator

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from extractors.limits import MAX_SIDE_PX, Dpi, Gray, Limits, RawPage, believable_dpi
from models.errors import DamagedFileError, InputError, PageTooLargeError, TooManyPagesError

Chatter = Callable[[], str]

_ORIENTATION = 0x0112
_NEW_SUBFILE_TYPE = 254
_COMPRESSION = 259
_PHOTOMETRIC = 262
_STRIPS = ((273, 279), (324, 325))
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
_G3, _G4 = 3, 4
_NEVER_LONG_ZEROS = (_G3, _G4, 6, 7)
# A noisy telephone line costs a fax a few lines; a page with more than this share broken is not whole.
_MAX_BAD_LINES = 0.02
# Neither JPEG nor fax data ever hold this many zero bytes in a row: it is a hole that a broken transfer left.
_HOLE = b"\0" * 512
# Cameras leave some bytes behind the picture; more than this share is picture that the head hides.
_MAX_LEFT_OVER = 0.02
_FRAMES_ARE_PAGES = {"TIFF", "GIF", "WEBP", "HEIF"}


def image_pages(data: bytes, name: str, limits: Limits, chatter: Chatter) -> Iterator[RawPage]:
    """Decode an image file page by page.

    `chatter` returns what the C libraries wrote to stderr since it was last called: libtiff reports broken
    fax lines there and nowhere else.
    """
    Image.MAX_IMAGE_PIXELS = limits.max_page_px
    try:
        with warnings.catch_warnings():
            # Our own check of the size is stricter than Pillow's warning, and names the page.
            warnings.simplefilter("ignore")
            yield from _pages(data, name, limits, chatter)
    except Image.DecompressionBombError as bomb:
        width, height = _size_of(data)
        raise PageTooLargeError(name, 1, width, height, limits.max_page_px) from bomb
    except (InputError, MemoryError):
        raise
    except Exception as broken:  # Pillow's plugins let any exception of their parsers escape
        raise DamagedFileError(name, _first_line(broken)) from broken


def page_count(data: bytes, name: str, limits: Limits) -> int:
    """Count the pages without decoding one."""
    if _is_tiff(data):
        return len(_tiff_pages(data, name, limits))
    with Image.open(io.BytesIO(data)) as image:
        return _frame_count(image)


def _pages(data: bytes, name: str, limits: Limits, chatter: Chatter) -> Iterator[RawPage]:
    frames = _tiff_pages(data, name, limits) if _is_tiff(data) else None
    image = Image.open(io.BytesIO(data))
    frames = list(range(_frame_count(image))) if frames is None else frames
    if len(frames) > limits.max_pages:
        raise TooManyPagesError(name, len(frames), limits.max_pages)
    if image.format in ("JPEG", "MPO"):
        _check_jpeg_is_whole(data, name)
    for number, frame in enumerate(frames, start=1):
        try:
            if frame:
                image.seek(frame)
            yield _page(image, data, name, number, limits, chatter)
        except (OSError, EOFError, SyntaxError, ValueError) as broken:
            raise DamagedFileError(name, f"page {number}: {_first_line(broken)}") from broken


def _page(image: Image.Image, data: bytes, name: str, number: int, limits: Limits, chatter: Chatter) -> RawPage:
    width, height = image.size
    if width * height > limits.max_page_px or max(width, height) > MAX_SIDE_PX:
        raise PageTooLargeError(name, number, width, height, limits.max_page_px)
    if image.format == "TIFF":
        check_strips(image, data, name, number)
    dpi = _declared_dpi(image)
    before = _orientation(image)
    chatter()
    if image.format in ("JPEG", "MPO") and image.mode in ("L", "RGB"):
        pixels = _turned(_jpeg_gray(data, name, chatter), before)
    else:
        image.load()
        if image.format == "TIFF":
            _check_fax_lines(image, chatter(), name, number)
        # Pillow turns TIFF and HEIF itself and then drops the tag; the other formats are turned here.
        pixels = _turned(to_gray(image), _orientation(image))
    if before >= 5 and dpi is not None:
        dpi = dpi[1], dpi[0]
    return RawPage(pixels, believable_dpi(dpi, pixels.shape[1], pixels.shape[0]), None)


def _frame_count(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1)) if image.format in _FRAMES_ARE_PAGES else 1


def _size_of(data: bytes) -> tuple[int, int]:
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def _first_line(broken: BaseException) -> str:
    """Say in a few words what a library complained of, without memory addresses."""
    if isinstance(broken, UnidentifiedImageError):
        return "its head cannot be read"
    words = re.sub(r"\s+", " ", str(broken).splitlines()[0] if str(broken) else type(broken).__name__)
    return re.sub(r"<[^>]*>", "…", words)[:120]


def _jpeg_gray(data: bytes, name: str, chatter: Chatter) -> Gray:
    """Decode a JPEG's luminance with OpenCV: the same libjpeg as Pillow's, but it tells when data are missing."""
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_IGNORE_ORIENTATION)
    if decoded is None:
        raise DamagedFileError(name, "the picture cannot be decoded")
    said = chatter()
    left_over = re.search(r"(\d+) extraneous bytes", said)
    if "premature end" in said.casefold() or (left_over and int(left_over[1]) > _MAX_LEFT_OVER * len(data)):
        raise DamagedFileError(name, "the picture: its head and its body do not fit")
    return np.asarray(decoded, dtype=np.uint8)


# --- gray pixels ------------------------------------------------------------------------------------------


def to_gray(image: Image.Image) -> Gray:
    """Turn a loaded image of any mode into gray, 0 = ink, 255 = paper; what is transparent shows white paper."""
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return _deep_to_gray(image)
    if image.mode == "LAB":
        return np.array(image.getchannel(0))
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        return _over_white(image)
    return np.array(image if image.mode == "L" else image.convert("L"))


def _over_white(image: Image.Image) -> Gray:
    if image.mode in ("La", "RGBa"):
        image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    layered = image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
    paper = Image.new("L", image.size, 255)
    paper.paste(layered.convert("L"), mask=layered.getchannel("A"))
    return np.array(paper)


def _deep_to_gray(image: Image.Image) -> Gray:
    """Scale 16 and 32 bits per pixel down to 8; floats count as 0…1 when none is larger."""
    deep = np.nan_to_num(np.array(image).astype(np.float32), posinf=0.0, neginf=0.0)
    largest = float(deep.max(initial=0.0))
    if image.mode == "F":
        scale = 255.0 if largest <= 1.0 else 255.0 / max(largest, 255.0)
    elif image.mode.startswith("I;16") or largest > 255.0:
        scale = 1 / 257.0 if largest <= 65_535.0 else 255.0 / largest
    else:
        scale = 1.0
    gray: Gray = np.clip(deep * scale, 0, 255).astype(np.uint8)
    is_min_white = getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == 0  # Pillow turns only 1 and 8 bits
    return np.invert(gray) if is_min_white else gray


def _orientation(image: Image.Image) -> int:
    """Read the EXIF orientation 1…8; 1 when it is missing or the EXIF part is broken."""
    tags = getattr(image, "tag_v2", None)
    try:
        value = tags.get(_ORIENTATION, 1) if tags is not None else image.getexif().get(_ORIENTATION, 1)
    except (SyntaxError, ValueError, TypeError, KeyError, OSError, struct.error):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _turned(pixels: Gray, orientation: int) -> Gray:
    """Turn pixels as a viewer would. Source: TIFF 6.0 tag 274, EXIF 2.3 table 4."""
    if orientation >= 5:
        pixels = pixels.T
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


# --- resolution -------------------------------------------------------------------------------------------


def _declared_dpi(image: Image.Image) -> Dpi | None:
    if image.format == "TIFF":
        return _tiff_dpi(image)
    declared = image.info.get("dpi")
    try:
        return (float(declared[0]), float(declared[1])) if declared else None
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return None


def _tiff_dpi(image: Image.Image) -> Dpi | None:
    tags = getattr(image, "tag_v2", {})
    try:
        across, down = float(tags[_X_RESOLUTION]), float(tags[_Y_RESOLUTION])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    per_inch = 2.54 if tags.get(_RESOLUTION_UNIT) == 3 else 1.0
    return across * per_inch, down * per_inch


# --- is it whole? -----------------------------------------------------------------------------------------


def _check_jpeg_is_whole(data: bytes, name: str) -> None:
    """Raise for a JPEG whose end is missing: decoders would fill the rest with gray."""
    scan = jpeg_scan_start(data)
    check_jpeg_stream(data[scan:] if scan else data, name, "the picture")


def check_jpeg_stream(stream: bytes, name: str, where: str) -> None:
    """Raise DamagedFileError when coded JPEG data have no end marker, or a hole of zero bytes."""
    end = stream.rfind(b"\xff\xd9")
    if end < 0:
        raise DamagedFileError(name, f"{where}: its end is missing")
    if _HOLE in stream[:end]:
        raise DamagedFileError(name, f"{where}: a part of it is missing")


def jpeg_scan_start(data: bytes) -> int:
    """Find where the coded pixels begin: behind every header segment, thumbnails in EXIF included."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA:
            return at
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return 0


def check_strips(image: Image.Image, data: bytes, name: str, number: int) -> None:
    """Raise when the file ends before the page's own table says that it does: libtiff would leave white."""
    tags = getattr(image, "tag_v2", {})
    for offsets_tag, counts_tag in _STRIPS:
        offsets, counts = tags.get(offsets_tag), tags.get(counts_tag)
        if not offsets or not counts:
            continue
        for offset, count in zip(offsets, counts, strict=False):
            if offset + count > len(data):
                raise DamagedFileError(name, f"page {number}: the file ends in the middle of it")
            if tags.get(_COMPRESSION) in _NEVER_LONG_ZEROS and _HOLE in data[offset : offset + count]:
                raise DamagedFileError(name, f"page {number}: a part of it is missing")


def _check_fax_lines(image: Image.Image, chatter: str, name: str, number: int) -> None:
    """Raise when libtiff gave up on fax lines: after a bad code G4 loses the rest of a strip, G3 one line."""
    compression = getattr(image, "tag_v2", {}).get(_COMPRESSION)
    if compression not in (_G3, _G4):
        return
    bad = set(re.findall(r"at (?:line|scanline) (\d+) of (?:strip|tile) (\d+)", chatter))
    if bad and (compression == _G4 or len(bad) > _MAX_BAD_LINES * image.size[1]):
        raise DamagedFileError(name, f"page {number}: {len(bad)} fax lines cannot be decoded")


# --- TIFF's chain of pages --------------------------------------------------------------------------------


def _is_tiff(data: bytes) -> bool:
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def _tiff_pages(data: bytes, name: str, limits: Limits) -> list[int]:
    """Walk the chain of directories; give the frames that are pages, not thumbnails or masks.

    Done before Pillow sees the file: Pillow takes a chain that runs in a circle, or out of the file, for an
    end, and needs seconds to count thousands of pages.
    """
    frames: list[int] = []
    reduced: list[int] = []
    for frame, subfile_type in enumerate(_directories(data, name)):
        (reduced if subfile_type & 0b101 else frames).append(frame)
    pages = frames or reduced
    if len(pages) > limits.max_pages:
        raise TooManyPagesError(name, len(pages), limits.max_pages)
    if not pages:
        raise DamagedFileError(name, "it has no pages")
    return pages


def _directories(data: bytes, name: str) -> Iterator[int]:
    """Give each directory's NewSubfileType. Raises DamagedFileError for a circle or a cut."""
    order = "<" if data[:2] == b"II" else ">"
    is_big = data[2:4] in (b"+\0", b"\0+")
    head, count_code, entry_size, offset_code = (8, "Q", 20, "Q") if is_big else (4, "H", 12, "I")
    seen: set[int] = set()
    try:
        (at,) = struct.unpack_from(order + offset_code, data, head)
        while at:
            if at in seen:
                raise DamagedFileError(name, "its list of pages runs in a circle")
            seen.add(at)
            (entries,) = struct.unpack_from(order + count_code, data, at)
            first = at + struct.calcsize(order + count_code)
            yield _subfile_type(data, first, min(entries, 64), entry_size, order, is_big)
            (at,) = struct.unpack_from(order + offset_code, data, first + entries * entry_size)
    except struct.error as cut:
        raise DamagedFileError(name, f"it ends before page {len(seen) + 1}") from cut


def _subfile_type(data: bytes, first: int, entries: int, entry_size: int, order: str, is_big: bool) -> int:
    """Read tag 254, which stands first because tags are sorted; 0 (a full page) when it is missing."""
    for index in range(entries):
        tag, _ = struct.unpack_from(order + "HH", data, first + index * entry_size)
        if tag == _NEW_SUBFILE_TYPE:
            (value,) = struct.unpack_from(order + "I", data, first + index * entry_size + (12 if is_big else 8))
            return int(value)
        if tag > _NEW_SUBFILE_TYPE:
            break
    return 0
