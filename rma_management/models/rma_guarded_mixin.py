from math import isfinite

from odoo import api, models
from odoo.exceptions import UserError

NEW = "new"


class RmaGuardedMixin(models.AbstractModel):
    """Restrict what users may write, with one list for each model and status of its return.

    A field that is in no list is written by the engine only, so a new one is safe until somebody lists it. The list
    holds for `create`, `write`, import, x2many commands and defaults alike: all of them end here. It has to be the
    first of `_inherit`, so that what extensions of the model add to the values is looked at, too.
    """

    _name = "rma.guarded.mixin"
    _description = "Guarded Record of a Return"

    @api.model
    def _get_writable_fields(self, state):
        """Return the fields that users may write.

        :param state: status of the return; "new" for a record that is being made
        :return: set of field names
        """
        return set()

    def _get_guard_state(self):
        """Return the status of the return that decides what may be written.

        :return: value of `rma.order.state`
        """
        self.ensure_one()
        raise NotImplementedError

    # === CRUD ===

    @api.model
    def default_get(self, fields):
        """Take no default of a guarded field from the context, nor from what users save as their default."""
        writable = self._get_writable_fields(NEW)
        guarded = [name for name in fields if name in self._fields and self._is_guarded(name) and name not in writable]
        defaults = super().default_get([name for name in fields if name not in guarded])
        for name in guarded:
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                defaults[name] = field.convert_to_write(field.convert_to_record(value, self), self)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_numbers(self, vals)
            if not self.env.su:
                self._check_creatable(vals)
                self._check_attachments(vals)
        return super().create(vals_list)

    def write(self, vals):
        check_numbers(self, vals)
        if not self.env.su:
            self.check_access("write")
            self._check_writable(vals)
            self._check_attachments(vals)
        return super().write(vals)

    def _is_guarded(self, name):
        """Return whether writing a field has a lasting effect.

        :param name: name of a field
        :rtype: bool
        """
        field = self._fields[name]
        # Odoo ignores or sets the log fields.
        return bool(field.store or field.inverse) and name not in models.MAGIC_COLUMNS

    @api.model
    def _check_creatable(self, vals):
        """:raise UserError: when a user, not the engine, gives a new record what only the engine gives"""
        refused = {name for name in vals if name in self._fields and self._is_guarded(name)}
        refused -= self._get_writable_fields(NEW)
        # The form sends the values it shows.
        refused = {name for name in refused if vals[name] != self.default_get([name]).get(name)}
        if refused:
            raise UserError(self._get_write_refusal(refused, NEW))

    def _check_writable(self, vals):
        """:raise UserError: when a user, not the engine, writes what only the engine writes in this status"""
        names = {name for name in vals if name in self._fields and self._is_guarded(name)}
        for state, records in self.grouped(lambda record: record._get_guard_state()).items():
            refused = names - records._get_writable_fields(state)
            if refused:
                raise UserError(records[0]._get_write_refusal(refused, state))

    @api.model
    def _check_attachments(self, vals):
        """Refuse to link attachments that the user may not read.

        :raise AccessError: when the user may not
        """
        for name, value in vals.items():
            if name in self._fields and self._fields[name].comodel_name == "ir.attachment":
                linked = self.new({name: value})[name]
                linked._origin.sudo(False).check_access("read")

    @api.model
    def _get_write_refusal(self, names, state):
        """Return why fields cannot be written.

        :param names: set of field names
        :param state: as of `_get_writable_fields`
        :return: sentence
        """
        never = names - self._get_writable_fields(NEW) - self._get_writable_fields("draft")
        labels = ", ".join(sorted(self._fields[name]._description_string(self.env) for name in never or names))
        if never:
            return self.env._("%s cannot be set by hand. Use the buttons and documents of the return.", labels)
        return self.env._("%(fields)s of %(record)s can no longer be changed.", fields=labels, record=self.display_name)


def check_numbers(model, vals):
    """Refuse NaN, which passes every limit in the database.

    :raise UserError: names the field
    """
    for name, value in vals.items():
        if isinstance(value, float) and not isfinite(value):
            label = model._fields[name]._description_string(model.env) if name in model._fields else name
            raise UserError(model.env._("Enter a number for %s.", label))
