from odoo import api, fields, models


# Not a wizard: transient, so that records are deleted after a day.
class RmaGiftAccess(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Verify whoever received a gift: the gift code names the order, and a code is emailed to their own address.

    It is a table of its own, so that a code which is meant for the receiver never opens the order to them as to its
    buyer.
    """

    _name = "rma.gift.access"
    _inherit = "rma.guest.access"
    _description = "Access of a Gift's Receiver"
    _code_job = "rma_management.ir_cron_gift_codes"
    _code_template = "rma_management.mail_template_gift_code"

    lang = fields.Char(
        string="Language", readonly=True, default=lambda self: self.env.lang, help="Language of the visited page."
    )

    @api.model
    def _is_limited(self, number, email, ip):
        return super()._is_limited(self.env["sale.order"]._clean_gift_code(number), email, ip)

    @api.model
    def _ask(self, number, email, company, ip=None):
        return super()._ask(self.env["sale.order"]._clean_gift_code(number), email, company, ip)

    @api.model
    def _find_order(self, number, email, company):
        """Return the confirmed order that a gift code opens: its receiver may have any address.

        :param number: gift code, as it was typed
        :param email: address, as it was typed
        :param company: `res.company` whose orders count
        :return: `sale.order` record, empty if there is none
        """
        return self.env["sale.order"]._find_gift(number, company)
