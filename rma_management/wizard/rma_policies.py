from ast import literal_eval

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

TEMPLATES = "[('model', '=', 'rma.order')]"
SERVICES = "[('type', '=', 'service')]"
# The largest numbers that make sense: a hundred years, and more money than a return is worth.
MOST = {"integer": 36500, "monetary": 10**12}


class RmaPolicies(models.TransientModel):
    """Let returns managers, who may not change companies, change what a company set for returns.

    What may be changed is what has a field here that is not read-only. The rules that bind the managers themselves,
    such as a second approval, stay with the administrators.
    """

    _name = "rma.policies"
    _inherit = "rma.window.mixin"
    _description = "Return Policies"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    rma_return_address_id = fields.Many2one(related="company_id.rma_return_address_id", readonly=False)
    rma_return_instructions = fields.Html(related="company_id.rma_return_instructions", readonly=False)
    rma_send_days = fields.Integer(related="company_id.rma_send_days", readonly=False)
    rma_reminder_days = fields.Integer(related="company_id.rma_reminder_days", readonly=False)
    rma_policy_date = fields.Selection(related="company_id.rma_policy_date", readonly=False, required=True)
    rma_closing_rule = fields.Selection(related="company_id.rma_closing_rule", readonly=False, required=True)
    rma_staff_receives = fields.Boolean(related="company_id.rma_staff_receives", readonly=False)
    rma_fee_product_id = fields.Many2one(related="company_id.rma_fee_product_id", readonly=False, domain=SERVICES)
    rma_adjustment_product_id = fields.Many2one(
        related="company_id.rma_adjustment_product_id", readonly=False, domain=SERVICES
    )
    rma_approval_amount = fields.Monetary(related="company_id.rma_approval_amount", readonly=False)
    rma_auto_approval_amount = fields.Monetary(related="company_id.rma_auto_approval_amount", readonly=False)
    rma_limit_days = fields.Integer(related="company_id.rma_limit_days", readonly=False)
    rma_approval_group_id = fields.Many2one(related="company_id.rma_approval_group_id")
    rma_second_approval_amount = fields.Monetary(related="company_id.rma_second_approval_amount")
    rma_second_approval_group_id = fields.Many2one(related="company_id.rma_second_approval_group_id")
    rma_self_approval = fields.Boolean(related="company_id.rma_self_approval")
    rma_mail_requested_template_id = fields.Many2one(
        related="company_id.rma_mail_requested_template_id", readonly=False, domain=TEMPLATES
    )
    rma_mail_approved_template_id = fields.Many2one(
        related="company_id.rma_mail_approved_template_id", readonly=False, domain=TEMPLATES
    )
    rma_mail_rejected_template_id = fields.Many2one(
        related="company_id.rma_mail_rejected_template_id", readonly=False, domain=TEMPLATES
    )
    rma_mail_processing_template_id = fields.Many2one(
        related="company_id.rma_mail_processing_template_id", readonly=False, domain=TEMPLATES
    )
    rma_mail_done_template_id = fields.Many2one(
        related="company_id.rma_mail_done_template_id", readonly=False, domain=TEMPLATES
    )
    rma_mail_cancel_template_id = fields.Many2one(
        related="company_id.rma_mail_cancel_template_id", readonly=False, domain=TEMPLATES
    )
    rma_mail_exchange_template_id = fields.Many2one(
        related="company_id.rma_mail_exchange_template_id", readonly=False, domain=TEMPLATES
    )
    rma_mail_send_template_id = fields.Many2one(
        related="company_id.rma_mail_send_template_id", readonly=False, domain=TEMPLATES
    )
    rma_sms_requested_template_id = fields.Many2one(
        related="company_id.rma_sms_requested_template_id", readonly=False, domain=TEMPLATES
    )
    rma_sms_approved_template_id = fields.Many2one(
        related="company_id.rma_sms_approved_template_id", readonly=False, domain=TEMPLATES
    )
    rma_sms_rejected_template_id = fields.Many2one(
        related="company_id.rma_sms_rejected_template_id", readonly=False, domain=TEMPLATES
    )
    rma_sms_processing_template_id = fields.Many2one(
        related="company_id.rma_sms_processing_template_id", readonly=False, domain=TEMPLATES
    )
    rma_sms_done_template_id = fields.Many2one(
        related="company_id.rma_sms_done_template_id", readonly=False, domain=TEMPLATES
    )
    rma_sms_cancel_template_id = fields.Many2one(
        related="company_id.rma_sms_cancel_template_id", readonly=False, domain=TEMPLATES
    )
    rma_notify_user_ids = fields.Many2many(related="company_id.rma_notify_user_ids", readonly=False)
    rma_responsible_id = fields.Many2one(related="company_id.rma_responsible_id", readonly=False)
    rma_accountant_id = fields.Many2one(related="company_id.rma_accountant_id", readonly=False)
    rma_approval_days = fields.Integer(related="company_id.rma_approval_days", readonly=False)
    rma_process_days = fields.Integer(related="company_id.rma_process_days", readonly=False)
    rma_link_days = fields.Integer(related="company_id.rma_link_days", readonly=False)
    rma_photo_days = fields.Integer(related="company_id.rma_photo_days", readonly=False)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["company_id"]

    @api.model
    def _may_link(self, name, records):
        if name != "company_id":
            return super()._may_link(name, records)
        # Not those that the user has, but did not log in to: as record rules have it.
        return records <= self.env.companies

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        windows = super().create([self._split_policies(vals)[0] for vals in vals_list])
        for window, vals in zip(windows, vals_list, strict=True):
            window._change_policies(self._split_policies(vals)[1], is_new=True)
        return windows

    def write(self, vals):
        vals, policies = self._split_policies(vals)
        result = super().write(vals)
        for window in self:
            window._change_policies(policies)
        return result

    @api.model
    def _split_policies(self, vals):
        """Return what of the values is of this window, and what of the company.

        :param vals: values of this model
        :return: (values of this model, values of `res.company`)
        :raise AccessError: when a value belongs to a rule that only administrators change
        """
        policies = {name: value for name, value in vals.items() if self._is_policy(name)}
        refused = [name for name in policies if self._fields[name].readonly]
        if refused:
            labels = ", ".join(self._fields[name]._description_string(self.env) for name in refused)
            raise AccessError(self.env._("Only administrators can change: %s.", labels))
        return {name: value for name, value in vals.items() if name not in policies}, policies

    @api.model
    def _is_policy(self, name):
        """Return whether a field shows what the company set.

        :param name: name of a field
        :rtype: bool
        """
        field = self._fields.get(name)
        return bool(field and field.related and name.startswith("rma_"))

    def _change_policies(self, policies, is_new=False):
        """Change what the company set.

        :param policies: {name of one of the fields that may be changed: value as of `create`}
        :param is_new: whether the window was just made: what it links is all that is chosen then
        :raise AccessError: when the current user may not change policies of this company
        """
        self.ensure_one()
        company = self.company_id
        if not self._may_link("company_id", company):
            raise AccessError(self.env._("Switch to %s to change its policies.", company.display_name))
        values = {}
        for name, value in policies.items():
            field = company._fields[name]
            if field.relational:
                value = self._check_records(field, value, is_new).ids
                value = [Command.set(value)] if field.type == "many2many" else (value or [False])[0]
            elif field.type in MOST:
                self._check_number(field, value)
            elif field.type == "html" and value and not isinstance(value, str):
                self._refuse_value(field)
            values[name] = value
        if values:
            # Returns managers may not change companies. Only our own settings get here, with records they may choose.
            company.sudo().write(values)

    def _check_records(self, field, value, is_new):
        """Return the records that a value names.

        :param field: relational field of `res.company`
        :param value: value as of `create`
        :param is_new: see `_change_policies`
        :return: records of the field's model
        :raise UserError: when the company cannot have one of them
        """
        company = self.company_id
        current = company.sudo()[field.name].with_env(self.env)
        records = current.browse(self._get_ids(field, value, [] if is_new else current.ids))
        domain = field.domain(company) if callable(field.domain) else literal_eval(field.domain or "[]")
        allowed = Domain(domain) & Domain("id", "in", records.ids)
        if {"company_id", "company_ids"} & set(records._fields):
            allowed &= Domain(records._check_company_domain(company))
        if refused := records - current - records.search(allowed):
            label = field._description_string(self.env)
            raise UserError(self.env._("%(label)s: record %(id)s cannot be chosen.", label=label, id=refused[0].id))
        return records

    def _get_ids(self, field, value, current):
        """Return the ids that a relational value comes to.

        :param field: relational field of `res.company`
        :param value: value as of `create`
        :param current: ids of the records that commands begin with
        :return: list of int
        :raise UserError: when the value does more than to choose records, or is none
        """
        commands = value or []
        if field.type == "many2one":
            commands = [Command.set([value] if value else [])]
        if not isinstance(commands, (list, tuple)):
            self._refuse_value(field)
        ids = list(current)
        for command in commands:
            match command:
                case [Command.SET, _, [*chosen]]:
                    ids = chosen
                case [Command.CLEAR, *_]:
                    ids = []
                case [Command.LINK, number, *_]:
                    ids.append(number)
                case [Command.UNLINK, number, *_]:
                    ids = [other for other in ids if other != number]
                case _:
                    self._refuse_value(field)
        if not all(type(number) is int and number > 0 for number in ids):
            self._refuse_value(field)
        return list(dict.fromkeys(ids))

    def _check_number(self, field, value):
        """:raise UserError: when a number makes no sense"""
        most = MOST[field.type]
        if not isinstance(value, (int, float)) or not 0 <= value <= most:
            label = field._description_string(self.env)
            raise UserError(self.env._("%(label)s: enter a number from 0 to %(most)s.", label=label, most=most))

    def _refuse_value(self, field):
        """:raise UserError: always"""
        raise UserError(self.env._("%s: choose from the list.", field._description_string(self.env)))
