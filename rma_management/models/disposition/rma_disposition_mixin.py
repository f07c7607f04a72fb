from odoo import fields, models


class RmaDispositionMixin(models.AbstractModel):
    """The one list of dispositions: operations, grades and inspections choose from it. An addon adds to it here."""

    _name = "rma.disposition.mixin"
    _description = "Choice of a Disposition"

    disposition = fields.Selection(
        [
            ("restock", "Put back in stock"),
            ("refurbish", "Refurbish"),
            ("scrap", "Scrap"),
            ("vendor", "Back to the vendor"),
            ("customer", "Back to the customer"),
            ("missing", "Not in the parcel"),
            ("wait", "Leave in the returns location"),
        ],
        help="Where the goods go after the inspection.",
    )
