from odoo.http import request, route

from ..models.gift.rma_request import RECEIVER_FIELDS
from ..models.policy.rma_policy_condition_mixin import CONDITIONS
from .request import RmaRequestPortal

MAX_UPLOAD = 64 * 1024 * 1024
MAX_NAME = 100


class RmaRequestDetails(RmaRequestPortal):
    """Ask why items come back, and what the customer would like instead."""

    @route("/returns/request/<string:token>", type="http", auth="public", website=True, methods=["GET"], readonly=True)
    def return_details(self, token, **kwargs):
        """Ask for the reason, resolution and photos of each item.

        :param token: names an `rma.request`
        :return: the page
        """
        return self._with_request(token, self._render_details)

    @route(
        "/returns/request/<string:token>",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        max_content_length=MAX_UPLOAD,
    )
    def return_details_submit(self, token, **form):
        """Save what the customer entered for each item.

        :param token: names an `rma.request`
        :return: redirection to the third step, or the page with what is wrong
        """
        return self._with_request(token, lambda return_request: self._take_details(return_request, form))

    def _render_details(self, return_request, errors=None):
        # Sentences for the customer are in their language.
        return_request = return_request.with_context(lang=request.env.lang)._gather()
        return self._render_step(
            "rma_management.return_details",
            2,
            return_request.token,
            {
                "return_request": return_request,
                "lines": return_request.line_ids,
                "conditions": return_request.line_ids._fields["stated_condition"]._description_selection(
                    return_request.env
                ),
                "reasons": return_request._get_reasons(),
                "operations_by_reason": return_request._get_choices(),
                "offers": return_request._get_offers(),
                "in_stock": return_request._get_stock(),
                "errors": errors or {},
                "items_url": self._get_items_url(return_request),
            },
        )

    def _take_details(self, return_request, form):
        return_request = return_request.with_context(lang=request.env.lang)._gather()
        errors = {}
        for line in return_request.line_ids:
            line.write(self._parse_details(line, form))
            photo_id = self._parse_ids([form.get("remove_photo")])
            line.attachment_ids.filtered(lambda photo, ids=photo_id: photo.id in ids).unlink()
            refused = line._add_photos(
                [
                    (file.filename, file.read())
                    for file in request.httprequest.files.getlist(f"photos_{line.id}")
                    if file.filename
                ]
            )
            if refused:
                errors[line] = " ".join(refused)
        return_request.customer_note = self._clean_text(form.get("customer_note"))
        if return_request.gift_email:
            return_request.write(self._parse_receiver(form))
        if form.get("remove_photo") or form.get("add_photos"):
            return self._render_details(return_request, errors)
        errors = {**return_request._get_detail_errors(), **errors}
        if errors:
            return self._render_details(return_request, errors)
        return request.redirect(self._get_step_url(return_request.token, "/check"))

    def _parse_details(self, line, form):
        """Return what was entered for an item. Choices that are not offered are ignored.

        :param line: `rma.request.line` record
        :param form: the form
        :return: values of the line
        """

        def pick(records, name):
            chosen = self._parse_ids(request.httprequest.form.getlist(f"{name}_{line.id}"))
            return records.filtered(lambda record: record.id in chosen)

        reason = pick(line.request_id._get_reasons(), "reason")[:1]
        operation = pick(line._get_operation_types_for(reason), "operation")[:1]
        if not operation and not form.get(f"operation_{line.id}"):
            default = reason._get_default_operation_type()
            operation = default & line._get_operation_types_for(reason)
        condition = form.get(f"condition_{line.id}")
        return {
            "stated_condition": condition in dict(CONDITIONS) and condition,
            "reason_id": reason.id,
            "operation_type_id": operation.id,
            "replacement_product_id": pick(line._get_replacement_products(), "replacement")[:1].id,
            "lot_ids": [(6, 0, pick(line._get_lots(), "lots").ids)],
            "comment": self._clean_text(form.get(f"comment_{line.id}")),
        }

    def _parse_receiver(self, form):
        """Return what whoever received a gift entered about themselves.

        :param form: the form
        :return: values of the request
        """
        countries = request.env["res.country"].browse(self._parse_ids([form.get("gift_country")])).exists()
        return {
            **{name: self._clean_text(form.get(name))[:MAX_NAME] for name in RECEIVER_FIELDS},
            "gift_country_id": countries.id,
        }

    @route(
        "/returns/request/<string:token>/photo/<int:photo_id>", type="http", auth="public", website=True, readonly=True
    )
    def return_request_photo(self, token, photo_id, **kwargs):
        """Show a photo of a request that is not sent yet.

        :param token: names an `rma.request`
        :param photo_id: id of an `ir.attachment` that belongs to it
        :return: the picture, or 404
        """
        photos = self._get_request(token).line_ids.attachment_ids
        return self._stream_photo(photos.filtered(lambda photo: photo.id == photo_id))
