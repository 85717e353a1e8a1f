"""Tiny files as they come in: quick to open, each with a known number of pages."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image


def tiff(pages: int = 1, shade: int = 0) -> bytes:
    """`shade` makes the bytes another file's."""
    images = [Image.new("L", (40 + number, 60 + shade), 200) for number in range(pages)]
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


def pdf(pages: int = 1, password: str = "") -> bytes:
    buffer = io.BytesIO()
    with pikepdf.new() as paper:
        for _ in range(pages):
            paper.add_blank_page(page_size=(200, 300))
        paper.save(buffer, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return buffer.getvalue()
