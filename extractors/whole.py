"""Tell a whole file from one that is still being written, or was cut, without decoding a page. Runs in the decoding child only.

What only shows in the pixels (a hole, a bad fax line) is not looked for here: reading finds it.
"""

from __future__ import annotations

import io

from PIL import Image

from extractors.image_file import check_jpeg_stream, check_strips, jpeg_scan_start
from extractors.limits import MAX_SIDE_PX, Limits
from models.errors import DamagedFileError, PageTooLargeError

_BMP_FILE_SIZE = slice(2, 6)
_BOX_HEAD_BYTES = 8
_TO_THE_END = 0
_LONG_BOX = 1


def check_whole_image(data: bytes, name: str, media_type: str, pages: int, limits: Limits) -> None:
    """Raise DamagedFileError when an image file's end is missing, PageTooLargeError before anybody decodes a page.

    A WebP that is cut does not even open.
    """
    if media_type == "image/jpeg":
        scan = jpeg_scan_start(data)
        check_jpeg_stream(data[scan:] if scan else b"", name, "the picture")
    if media_type == "image/heic":
        _check_boxes(data, name)
    if media_type == "image/gif" and not data.rstrip(b"\0").endswith(b"\x3b"):
        raise _cut(name)
    if media_type == "image/bmp" and len(data) < int.from_bytes(data[_BMP_FILE_SIZE], "little"):
        raise _cut(name)
    _check_with_pillow(data, name, media_type, pages, limits)


def _check_with_pillow(data: bytes, name: str, media_type: str, pages: int, limits: Limits) -> None:
    with Image.open(io.BytesIO(data)) as image:
        for number in range(1, pages + 1 if media_type == "image/tiff" else 2):
            if number > 1:
                image.seek(number - 1)
            width, height = image.size
            if width * height > limits.max_page_px or max(width, height) > MAX_SIDE_PX:
                raise PageTooLargeError(name, number, width, height, limits.max_page_px)
            if media_type == "image/tiff":
                check_strips(image, data, name, number)
        if media_type == "image/png":
            image.verify()  # every chunk's checksum, up to the end mark


def _check_boxes(data: bytes, name: str) -> None:
    """Walk the file's outermost boxes (ISO/IEC 14496-12, 4.2): the last one must end where the file does, or before."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == _LONG_BOX:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == _TO_THE_END:
            return
        if size < _BOX_HEAD_BYTES or at + size > len(data):
            raise _cut(name)
        at += size


def _cut(name: str) -> DamagedFileError:
    return DamagedFileError(name, "its end is missing")
