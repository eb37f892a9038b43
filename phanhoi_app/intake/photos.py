"""Photos that citizens send: checked by their content, made anew without any data about place or device."""

import io
from dataclasses import dataclass

import frappe
from frappe import _
from PIL import Image, ImageOps, UnidentifiedImageError

from phanhoi_app.access.files import CITIZEN_PHOTOS

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
LONGEST_SIDE = 2560  # pixels: enough to read a sign across a street
MOST_PIXELS = 80_000_000  # a picture that claims more is a bomb, not a photo
QUALITY = 85

try:
    from pillow_heif import register_heif_opener

    register_heif_opener()
except ImportError:  # HEIC is read where its library has a wheel for the machine
    FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name (for messages only) and its bytes."""

    filename: str
    content: bytes


class BadPhoto(ValueError):
    """The file is not a photo we take; the message is a translated sentence."""


def check(uploads: list[Upload]) -> list[bytes]:
    """The photos as clean JPEG bytes. Raises BadPhoto at the first that is not acceptable, naming it."""
    settings = frappe.get_cached_doc("Phanhoi Settings")
    most, megabytes = settings.max_photos or 5, settings.max_photo_mb or 10
    if len(uploads) > most:
        raise BadPhoto(
            _("You chose {0} photos: at most {1} can be sent. Please remove some.").format(len(uploads), most)
        )
    for upload in uploads:
        if len(upload.content) > megabytes * 1024 * 1024:
            raise BadPhoto(
                _("The photo “{0}” is larger than {1} MB. Choose a smaller one, or take it again.").format(
                    upload.filename, megabytes
                )
            )
    return [clean(upload) for upload in uploads]


def clean(upload: Upload) -> bytes:
    """One photo, upright, at most `LONGEST_SIDE` pixels, as JPEG without EXIF. Raises BadPhoto."""
    try:
        with Image.open(io.BytesIO(upload.content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise BadPhoto(
                    _("The photo “{0}” has too many pixels. Choose a smaller one.").format(upload.filename)
                )
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if upright.mode in ("RGBA", "LA", "P"):
                # What is transparent becomes white, as it looked on the phone.
                upright = upright.convert("RGBA")
                white = Image.new("RGBA", upright.size, "white")
                upright = Image.alpha_composite(white, upright)
            out = io.BytesIO()
            # A new picture from the pixels alone: no EXIF, no thumbnail, no trailing bytes survive.
            Image.frombytes("RGB", upright.size, upright.convert("RGB").tobytes()).save(
                out, "JPEG", quality=QUALITY
            )
            return out.getvalue()
    except BadPhoto:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadPhoto(
            _(
                "The file “{0}” is not a photo we can read. Choose a picture in JPEG, PNG, WebP or HEIC."
            ).format(upload.filename)
        ) from error


def attach(complaint: str, photos: list[bytes], field: str = CITIZEN_PHOTOS) -> list[str]:
    """Store photos that `clean` made anew as private files of the complaint; returns the File documents' names."""
    names = []
    for number, content in enumerate(photos, 1):
        file = frappe.get_doc(
            {
                "doctype": "File",
                "file_name": f"{complaint}-{number}.jpg",
                "attached_to_doctype": "Complaint",
                "attached_to_name": complaint,
                "attached_to_field": field,
                "is_private": 1,
                "content": content,
            }
        )
        # A citizen without an account may hand in photos, and only through here.
        file.flags.ignore_permissions = True
        file.flags.made_anew = True
        file.insert()
        names.append(file.name)
    return names


def of(complaint: str, field: str = CITIZEN_PHOTOS) -> list[dict]:
    """The photos of a complaint: name, file_name, file_url of each. Asks no permission: the caller has."""
    return frappe.get_all(
        "File",
        filters={
            "attached_to_doctype": "Complaint",
            "attached_to_name": complaint,
            "attached_to_field": field,
        },
        fields=["name", "file_name", "file_url"],
        order_by="creation",
    )
