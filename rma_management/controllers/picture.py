from odoo.http import Controller, request, route
from werkzeug.exceptions import NotFound


class RmaPicture(Controller):
    """Show the pictures of mails to programs that have no session."""

    @route("/returns/picture/<int:line_id>/<string:key>", type="http", auth="public", methods=["GET"], readonly=True)
    def picture(self, line_id, key, **kwargs):
        """Show the picture of a returned product.

        :param line_id: id of an `rma.order.line`
        :param key: key from a mail, which opens this picture only
        :return: the picture, or 404
        """
        # Visitors have no access rights: the key opens the picture.
        line = request.env["rma.order.line"].sudo().search([("id", "=", line_id)])
        if not line or not line._opens_picture(key) or not line._has_picture():
            raise NotFound()
        stream = request.env["ir.binary"]._get_image_stream_from(line.product_id, "image_128")
        return stream.get_response(max_age=0)
