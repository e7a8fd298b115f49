"""Raster images written anew, so that what is shown holds pixels and nothing else."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, ImageOps, ImageSequence

from app.files.errors import UploadRefused
from app.texts import Sentence

#: A screenshot of two 5K displays has 29 megapixels.
MAX_PIXELS = 40_000_000
#: All frames of an animation together.
MAX_ANIMATION_PIXELS = 100_000_000
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def reencode_image(source: Path, target: Path) -> None:
    """Decode an image and write its pixels to a new file, without EXIF, GPS or trailing bytes.

    :raises UploadRefused: too many pixels, or not decodable.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own, higher, limit warns; ours refuses
            with Image.open(source, formats=FORMATS) as image:
                _refuse_large(image)
                _write(image, target)
    except UploadRefused:
        raise
    except Exception as error:
        # Decoders raise a dozen unrelated classes on damaged input; all mean the same here.
        raise UploadRefused(Sentence("This image is damaged or of an unusual kind.")) from error


def _refuse_large(image: Image.Image) -> None:
    width, height = image.size
    frames = getattr(image, "n_frames", 1)
    if width * height > MAX_PIXELS or width * height * frames > MAX_ANIMATION_PIXELS:
        raise UploadRefused(Sentence("This image has too many pixels."))


def _write(image: Image.Image, target: Path) -> None:
    kind = image.format or "PNG"
    if kind == "GIF" and getattr(image, "n_frames", 1) > 1:
        frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(image)]
        durations = [frame.info.get("duration", 100) for frame in ImageSequence.Iterator(image)]
        frames[0].save(
            target, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0
        )
        return
    upright = ImageOps.exif_transpose(image) or image
    if kind == "JPEG":
        upright.convert("RGB").save(target, "JPEG", quality=88, optimize=True)
    elif kind == "PNG":
        _plain(upright).save(target, "PNG", optimize=False)
    else:
        _plain(upright).save(target, kind)


def _plain(image: Image.Image) -> Image.Image:
    """Return a copy that holds pixels only; text chunks and profiles live in ``info``."""
    mode = image.mode if image.mode in ("RGB", "RGBA", "L", "LA") else "RGBA"
    copy = image.convert(mode)
    copy.info = {}
    return copy
