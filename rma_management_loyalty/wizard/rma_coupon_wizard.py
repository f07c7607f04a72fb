from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class RmaCouponWizard(models.TransientModel):
    """Give the customer a coupon: one card of a coupon program."""

    _name = "rma.coupon.wizard"
    _inherit = "rma.window.mixin"
    _description = "Give Coupon"

    rma_id = fields.Many2one("rma.order", string="Return", ondelete="cascade", readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_from_source")
    source_partner_id = fields.Many2one("res.partner", compute="_compute_from_source")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    allowed_program_ids = fields.Many2many("loyalty.program", compute="_compute_allowed_program_ids")
    program_id = fields.Many2one(
        "loyalty.program",
        string="Coupon Program",
        compute="_compute_program_id",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('id', 'in', allowed_program_ids)]",
    )
    expiration_date = fields.Date(
        string="Expires on",
        compute="_compute_expiration_date",
        store=True,
        precompute=True,
        readonly=False,
        help="The last day the coupon can be used. If empty, it does not expire.",
    )
    card_id = fields.Many2one("loyalty.card", string="Coupon", readonly=True)
    # The code is shown to users who work on the return; the card itself needs access to Sales.
    code = fields.Char(related="card_id.code")
    points_display = fields.Char(related="card_id.points_display", string="Balance")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["rma_id", "card_id"]

    @api.model
    def _may_link(self, name, records):
        if name != "card_id":
            return super()._may_link(name, records)
        # Returns staff may not read cards; `rma.coupon` shows those of their returns.
        coupons = self.env["rma.coupon"].browse(records.ids).exists()
        return len(coupons) == len(records) and coupons.has_access("read")

    @api.depends("rma_id")
    def _compute_from_source(self):
        for wizard in self:
            source = wizard._get_source_record()
            wizard.company_id = source.company_id or self.env.company
            wizard.source_partner_id = source.partner_id

    @api.depends("rma_id")
    def _compute_partner_id(self):
        for wizard in self:
            wizard.partner_id = wizard._get_source_record().partner_id

    @api.depends("company_id")
    def _compute_allowed_program_ids(self):
        for company, wizards in self.grouped("company_id").items():
            wizards.allowed_program_ids = self.env["loyalty.program"].search(self._get_program_domain(company))

    @api.depends("allowed_program_ids")
    def _compute_program_id(self):
        """Choose the program if there is only one."""
        for wizard in self:
            programs = wizard.allowed_program_ids._origin
            wizard.program_id = wizard.program_id or (programs if len(programs) == 1 else False)

    @api.depends("program_id")
    def _compute_expiration_date(self):
        for wizard in self:
            wizard.expiration_date = wizard.expiration_date or wizard.program_id.date_to

    @api.constrains("card_id", "rma_id")
    def _check_card_id(self):
        """Show the codes of coupons that were given for this very record, and of no other card."""
        for wizard in self.filtered("card_id"):
            source = wizard._get_source_record()
            if wizard._get_card_source() != source:
                raise ValidationError(self.env._("This coupon was not given for %s.", source.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._check_may_see()
        return wizards

    def write(self, vals):
        res = super().write(vals)
        self._check_may_see()
        return res

    def _check_may_see(self):
        """Refuse records that the user may not see.

        :raise AccessError: when the user may not
        """
        # Not a constraint: those are checked as the superuser.
        for wizard in self:
            source = wizard._get_source_record()
            if source:
                source.check_access("read")

    @api.model
    def _get_program_domain(self, company):
        """Return the domain of programs whose coupons can be used now.

        :param company: `res.company` that gives the coupon
        :rtype: Domain
        """
        return (
            Domain("program_type", "=", "coupons")
            & Domain("company_id", "in", [False, *company.parent_ids.ids])
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", company._get_loyalty_today()))
        )

    def _get_source_record(self):
        """Return the record that the coupon is given for. Other addons override it for their records.

        :return: a record with a customer, a company and a thread; empty if there is none
        """
        self.ensure_one()
        return self.rma_id

    def _get_card_source(self):
        """Return the record that the shown card was given for.

        :return: a record as `_get_source_record` gives it
        """
        self.ensure_one()
        # Used to check who may see the code.
        return self.sudo().card_id.rma_id.sudo(False)

    def _get_recipients(self):
        """Return the default recipients of the coupon email.

        :return: `res.partner` records
        """
        self.ensure_one()
        return self.partner_id

    def _prepare_coupon_values(self):
        """Prepare the card. Override it to carry a field of your own.

        :return: values of `loyalty.card`
        """
        self.ensure_one()
        # With fewer points than the cheapest reward, the coupon could not be used.
        points = min(self.sudo().program_id.reward_ids.mapped("required_points"), default=1.0)
        return {
            "program_id": self.program_id.id,
            "partner_id": self.partner_id.id,
            "points": max(points, 1.0),
            "expiration_date": self.expiration_date,
            "rma_id": self.rma_id.id,
        }

    def _prepare_history_values(self):
        """Prepare the history entry of the card with the reason it was given.

        :return: values of `loyalty.history`
        """
        self.ensure_one()
        source = self._get_source_record()
        return {
            "card_id": self.card_id.id,
            "description": self.env._("Given for %s", source.display_name),
            "issued": self.sudo().card_id.points,
            "order_model": source._name,
            "order_id": source.id,
        }

    def action_generate(self):
        """Create the coupon and show its code. An existing coupon is only shown.

        :return: window action
        :raise UserError: when the program gives no coupons, or the coupon would not be usable
        """
        self.ensure_one()
        if not self.card_id:
            self._check_may_generate()
            # Users who work on the record need no access to Sales to give a coupon for it. The email of the program
            # is not sent automatically, but with the button, so that users can check it first.
            wizard = self.sudo().with_context(loyalty_no_mail=True)
            wizard.card_id = (
                self.env["loyalty.card"]
                .sudo()
                .with_context(loyalty_no_mail=True)
                .create(wizard._prepare_coupon_values())
            )
            self.env["loyalty.history"].sudo().create(wizard._prepare_history_values())
        return self._get_window_action()

    def _check_may_generate(self):
        """Refuse anything but one usable coupon for the customer.

        :raise UserError: says what to choose instead
        :raise AccessError: when the user may not work on the record
        """
        self.ensure_one()
        source = self._get_source_record()
        if not source:
            raise UserError(self.env._("Open the return, and give the coupon there."))
        source.check_access("write")
        self._check_source(source)
        if refusal := self._get_program_refusal() or self._get_coupon_refusal(source):
            raise UserError(refusal)

    def _get_program_refusal(self):
        """Return the sentence that says why the program cannot give a coupon, or an empty string."""
        # Only users with access to Sales may read program rules.
        program = self.sudo().program_id
        if not program:
            return self.env._("Choose a coupon program.")
        name = program.display_name
        if program.program_type != "coupons":
            return self.env._("%s does not give coupons. Choose a program of the type Coupons.", name)
        if not program.active or not program.filtered_domain(self._get_program_domain(self.company_id)):
            return self.env._("%s has ended, or belongs to another company. Choose another program.", name)
        if program.limit_usage and program.total_order_count >= program.max_usage:
            return self.env._("%s has reached its usage limit. Choose another program.", name)
        return ""

    def _get_coupon_refusal(self, source):
        """Return the sentence that says why the coupon would not be one for the customer, or an empty string.

        :param source: the record that the coupon is given for
        """
        if self.expiration_date and self.expiration_date < self.company_id._get_loyalty_today():
            return self.env._("The expiry date is in the past. Choose a later date, or none.")
        # The customer of the record does not depend on access to contacts.
        customer = source.sudo().partner_id.commercial_partner_id
        if customer and self.partner_id.commercial_partner_id != customer:
            return self.env._(
                "%(customer)s is not the customer of %(record)s. Choose its customer.",
                customer=self.partner_id.display_name,
                record=source.display_name,
            )
        return ""

    def _check_source(self, source):
        """Refuse records that no coupon can be given for.

        :param source: record as given by `_get_source_record`
        :raise UserError: says why
        """
        if source._name == "rma.order" and (refusal := source._get_coupon_refusal()):
            raise UserError(refusal)

    def action_send(self):
        """Open the email composer for the coupon, on the record that it was given for, whose chatter and followers get
        the email, too.

        :return: window action
        :raise UserError: when no coupon was generated
        """
        self.ensure_one()
        if not self.card_id:
            raise UserError(self.env._("Generate the coupon first."))
        source = self._get_source_record()
        source.check_access("write")
        mail = self._render_mail()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send Coupon"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": source._name,
                "default_res_ids": source.ids,
                "default_composition_mode": "comment",
                "default_subtype_xmlid": "mail.mt_comment",
                "default_email_layout_xmlid": "rma_management.mail_layout",
                "default_email_add_signature": False,
                "default_partner_ids": self._get_recipients().ids,
                "default_subject": mail["subject"],
                "default_body": mail["body_html"],
                "force_email": True,
            },
        }

    def _render_mail(self):
        """Return the rendered email of the coupon's program, in the language of the customer.

        :return: {"subject": str, "body_html": HTML}
        """
        self.ensure_one()
        # The email shows program and rewards, which only users with access to Sales may read.
        card = self.sudo().card_id
        template = card._get_default_template()
        if not template:
            return {"subject": self.program_id.display_name, "body_html": self.code}
        return template.sudo()._generate_template(card.ids, ("subject", "body_html"))[card.id]

    def _get_window_action(self):
        """Return the action of this wizard.

        :return: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Coupon") if self.card_id else self.env._("Give Coupon"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
