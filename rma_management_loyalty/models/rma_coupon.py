from odoo import api, fields, models
from odoo.tools import SQL


class RmaCoupon(models.Model):
    """Show coupons to the users who gave them: code, expiry and balance.

    The card itself requires access to Sales. Returns staff see the coupons of their returns, and no
    other card, because codes are worth money.
    """

    _name = "rma.coupon"
    _description = "Coupon of a Return"
    _auto = False
    _rec_name = "code"
    _order = "id desc"
    _depends = {
        "loyalty.card": [
            "active",
            "code",
            "company_id",
            "expiration_date",
            "partner_id",
            "points",
            "program_id",
            "rma_id",
        ],
        "rma.order": ["company_id"],
    }

    card_id = fields.Many2one("loyalty.card", string="Coupon", readonly=True, help="The loyalty card of the coupon.")
    rma_id = fields.Many2one("rma.order", string="Return", readonly=True, help="Document the coupon was given for.")
    company_id = fields.Many2one("res.company", readonly=True, help="Company of the program.")
    program_id = fields.Many2one("loyalty.program", readonly=True, help="Program that defines the reward.")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, help="Customer who received the coupon."
    )
    code = fields.Char(readonly=True, help="Code the customer enters.")
    expiration_date = fields.Date(string="Expires on", readonly=True, help="Last day the coupon is valid.")
    points_display = fields.Char(
        string="Balance",
        compute="_compute_points_display",
        compute_sudo=True,
        help="The remaining balance of the coupon.",
    )

    @property
    def _table_query(self):
        columns = self._get_columns()
        return SQL(
            """SELECT %s
                 FROM loyalty_card card
                 LEFT JOIN rma_order rma ON rma.id = card.rma_id
                 %s
                WHERE card.active AND (%s)""",
            SQL(", ").join(SQL("%s AS %s", column, SQL.identifier(name)) for name, column in columns.items()),
            self._get_joins(),
            self._get_condition(),
        )

    @api.model
    def _get_columns(self):
        """Return the columns. An addon that gives coupons for other records adds its own.

        :return: {field name: SQL}
        """
        return {
            "id": SQL("card.id"),
            "card_id": SQL("card.id"),
            "rma_id": SQL("card.rma_id"),
            "company_id": SQL("COALESCE(rma.company_id, card.company_id)"),
            "program_id": SQL("card.program_id"),
            "partner_id": SQL("card.partner_id"),
            "code": SQL("card.code"),
            "expiration_date": SQL("card.expiration_date"),
        }

    @api.model
    def _get_joins(self):
        """Return additional joins, for the columns of an addon.

        :return: SQL, beginning with JOIN
        """
        return SQL()

    @api.model
    def _get_condition(self):
        """Return the condition of the cards to show.

        :return: SQL
        """
        return SQL("card.rma_id IS NOT NULL")

    @api.depends("card_id.points")
    def _compute_points_display(self):
        for coupon in self:
            coupon.points_display = coupon.card_id.points_display

    def action_show(self):
        """Show the coupon with its code to copy, and the button to send it.

        :return: window action
        """
        self.ensure_one()
        return self._create_wizard()._get_window_action()

    def action_send(self):
        """Open the email composer with the mail of the coupon.

        :return: window action
        """
        self.ensure_one()
        return self._create_wizard().action_send()

    def _create_wizard(self):
        self.check_access("read")
        return self.env["rma.coupon.wizard"].create(self._prepare_wizard_values())

    def _prepare_wizard_values(self):
        """Prepare the wizard of an existing coupon.

        :return: values of `rma.coupon.wizard`
        """
        self.ensure_one()
        return {
            "rma_id": self.rma_id.id,
            "program_id": self.program_id.id,
            "partner_id": self.partner_id.id,
            "expiration_date": self.expiration_date,
            "card_id": self.card_id.id,
        }
