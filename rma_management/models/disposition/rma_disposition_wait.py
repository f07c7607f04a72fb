from odoo import models


class RmaDispositionWait(models.AbstractModel):
    """The goods stay in the returns location until somebody decides otherwise."""

    _name = "rma.disposition.wait"
    _inherit = "rma.disposition"
    _description = "Leave in the Returns Location"
