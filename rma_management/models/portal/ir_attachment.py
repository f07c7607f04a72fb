import io

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import image

# Odoo disables the detection of other formats.
from PIL import Image, WebPImagePlugin  # noqa: F401

MAX_PHOTO_SIZE = 10 * 1024 * 1024
MAX_PHOTO_SIDE = 2048
# JPEG files are decoded at a reduced scale; other formats are decoded in full.
MAX_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000}
MAX_PIXELS_UNPACKED = 16_000_000
PHOTO_FORMATS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
}
# Only the color profile of the file is kept with the picture.
PHOTO_INFO = ("icc_profile", "transparency")


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _prepare_rma_photo_values(self, name, content):
        """Check a photo of a customer by its content, and encode it again, which removes metadata such as the location
        and hidden content.

        :param name: name of the file, only to be shown
        :param content: bytes
        :return: values of `ir.attachment`
        :raise UserError: when it is not a picture, or too large
        """
        name = (name or "").strip()[:100] or self.env._("Photo")
        if len(content) > MAX_PHOTO_SIZE:
            raise UserError(
                self.env._("%(name)s is larger than %(size)s MB. Send a smaller photo.", name=name, size=10)
            )
        try:
            picture = Image.open(io.BytesIO(content), formats=list(PHOTO_FORMATS))
            width, height = picture.size
            if width * height > MAX_PIXELS.get(picture.format, MAX_PIXELS_UNPACKED):
                raise UserError(self.env._("%s has too many pixels. Send a smaller photo.", name))
            # Phones write several pictures into one JPEG file, which then goes by another name.
            mimetype, extension = PHOTO_FORMATS.get(picture.format, PHOTO_FORMATS["JPEG"])
            picture.draft(None, (MAX_PHOTO_SIDE, MAX_PHOTO_SIDE))
            picture = image.image_fix_orientation(picture)
            picture.thumbnail((MAX_PHOTO_SIDE, MAX_PHOTO_SIDE))
            if mimetype == "image/jpeg" and picture.mode not in ("L", "RGB"):
                picture = picture.convert("RGB")
            picture.info = {key: picture.info[key] for key in PHOTO_INFO if key in picture.info}
            buffer = io.BytesIO()
            picture.save(buffer, format=extension.replace("jpg", "jpeg"), quality=85)
        except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
            raise UserError(self.env._("%s is not a photo. Send a JPEG, PNG or WebP image.", name)) from error
        return {"name": f"{name.rsplit('.', 1)[0]}.{extension}", "raw": buffer.getvalue(), "mimetype": mimetype}
