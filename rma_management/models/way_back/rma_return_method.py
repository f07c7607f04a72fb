from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# In the order of `date.weekday()`.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Of a pick-up; a customer chooses from a list of days.
MAX_HORIZON = 60


class RmaReturnMethod(models.Model):
    """A way for the goods of a return to come back, that customers choose and are told what to do by."""

    _name = "rma.return.method"
    _description = "Return Method"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, help="Name shown to staff and customers.")
    sequence = fields.Integer(default=10, help="Order in lists. The first method offered is the default.")
    active = fields.Boolean(default=True, help="If unchecked, it is hidden; existing returns keep it.")
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="If empty, the method is for all companies.",
    )
    country_ids = fields.Many2many(
        "res.country", string="Countries", help="Where the goods are sent from. If empty, it is offered everywhere."
    )
    kind = fields.Selection(
        [
            ("own", "Customer sends the parcel"),
            ("drop_off", "Drop-off with a code"),
            ("pick_up", "Pick-up"),
            ("store", "Customer brings it"),
        ],
        required=True,
        default="own",
        help="What the customer is told to do once the return is approved.",
    )
    instructions = fields.Text(translate=True, help="Shown where customers choose the method, and when they send.")
    url = fields.Char(string="Link", help="Web page for customers, for example a map of drop-off points.")
    address_id = fields.Many2one(
        "res.partner", string="Store", check_company=True, help="Where customers bring the goods."
    )
    monday = fields.Boolean(default=True, help="Goods are picked up on Mondays.")
    tuesday = fields.Boolean(default=True, help="Goods are picked up on Tuesdays.")
    wednesday = fields.Boolean(default=True, help="Goods are picked up on Wednesdays.")
    thursday = fields.Boolean(default=True, help="Goods are picked up on Thursdays.")
    friday = fields.Boolean(default=True, help="Goods are picked up on Fridays.")
    saturday = fields.Boolean(help="Goods are picked up on Saturdays.")
    sunday = fields.Boolean(help="Goods are picked up on Sundays.")
    notice_days = fields.Integer(
        string="Days of Notice", default=2, help="Number of days from the request to the first day offered."
    )
    horizon_days = fields.Integer(
        string="Days Offered", default=14, help="Number of days from the request to the last day offered."
    )

    _days_in_range = models.Constraint(
        f"CHECK(notice_days >= 0 AND horizon_days BETWEEN notice_days AND {MAX_HORIZON})",
        "Days of notice must be zero or more, and days offered from there to 60.",
    )

    @api.constrains("kind", "address_id")
    def _check_address_id(self):
        for method in self:
            if method.kind == "store" and not method.address_id:
                raise ValidationError(self.env._("Enter where customers bring the goods for %s.", method.name))

    @api.constrains("kind", *WEEKDAYS)
    def _check_weekdays(self):
        for method in self:
            if method.kind == "pick_up" and not any(method[day] for day in WEEKDAYS):
                raise ValidationError(self.env._("Choose at least one weekday for %s.", method.name))

    @api.constrains("url")
    def _check_url(self):
        for method in self:
            if method.url and not method.url.startswith(("https://", "http://")):
                raise ValidationError(self.env._("Enter a link for %s that begins with https://.", method.name))

    @api.model
    def _get_offered(self, company, country):
        """Return the methods for goods that are sent from a country.

        :param company: `res.company` record that takes the goods back
        :param country: `res.country` record, empty for that of the company
        :return: `rma.return.method` records, the default first
        """
        found = self.search([("active", "=", True), ("company_id", "in", (company.id, False))])
        # Goods may be sent from where the company itself cannot be read.
        country = country or company.sudo().country_id
        return found.filtered(lambda method: not method.country_ids or country in method.country_ids)

    def _get_pickup_days(self, company):
        """Return the days on which the goods can be picked up, if ordered now.

        :param company: `res.company` record whose today counts
        :return: list of dates, empty for other methods
        """
        self.ensure_one()
        if self.kind != "pick_up":
            return []
        today = self._get_today(company)
        days = [today + timedelta(days=days) for days in range(self.notice_days, self.horizon_days + 1)]
        return [day for day in days if self[WEEKDAYS[day.weekday()]]]

    @api.model
    def _get_today(self, company):
        """Return the day of the shop: guests have no time zone of their own.

        :param company: `res.company` record
        :return: date
        """
        # Its time zone is no secret.
        return fields.Date.context_today(self.with_context(tz=company.sudo().partner_id.tz or "UTC"))
