"""Small photos for the tests of the portal."""

import io

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

GPS = 0x8825


def jpeg(size=(60, 40), colour="teal") -> bytes:
    """A JPEG of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def jpeg_taken_at(latitude: float, longitude: float, size=(2400, 1800)) -> bytes:
    """A JPEG with the position in its EXIF block, as a phone writes it; large enough to be made smaller."""
    image = Image.effect_noise(size, 60).convert("RGB")
    exif = Image.Exif()
    place = exif.get_ifd(GPS)
    place[1], place[2] = ("N" if latitude >= 0 else "S"), _degrees(abs(latitude))
    place[3], place[4] = ("E" if longitude >= 0 else "W"), _degrees(abs(longitude))
    exif[GPS] = place
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=92)
    return out.getvalue()


def _degrees(value: float) -> tuple:
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    seconds = (value - degrees - minutes / 60) * 3600
    return IFDRational(degrees, 1), IFDRational(minutes, 1), IFDRational(round(seconds * 100), 100)
