from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from .rma_guarded_mixin import check_numbers


class RmaWindowMixin(models.AbstractModel):
    """Check that a wizard, which computes as superuser, opens only on records its user may see.

    Every entry point is checked, including onchange on unsaved wizards. Record rules control later reading.
    """

    _name = "rma.window.mixin"
    _description = "Window on a Return"

    @api.model
    def _get_guarded_links(self):
        """Return the fields that determine what the wizard shows.

        :return: list of field names
        """
        return []

    @api.model
    def _may_link(self, name, records):
        """Return whether the user may open this window on these records.

        :param name: one of `_get_guarded_links`
        :param records: records of the field's model
        :rtype: bool
        """
        return records.has_access("read")

    # === Doors ===

    @api.model
    def default_get(self, fields):
        defaults = super().default_get(fields)
        if not self.env.su:
            self._check_links(defaults)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_numbers(self, vals)
            if not self.env.su:
                self._check_links(vals)
        return super().create(vals_list)

    def write(self, vals):
        check_numbers(self, vals)
        if not self.env.su:
            self._check_links(vals)
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        check_numbers(self, values)
        self._check_links(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def _check_links(self, vals):
        """:raise AccessError: when the values show something that the user may not see"""
        for name, value in vals.items():
            field = self._fields.get(name)
            if not field or not value or not field.relational:
                continue
            comodel = self.env[field.comodel_name]
            # A record, a pair of id and name, or commands.
            if field.type == "many2one":
                value = value.get("id") if isinstance(value, dict) else value
                value = value[0] if isinstance(value, (list, tuple)) else value
                ids, rows = [getattr(value, "id", value)], []
            else:
                ids, rows = self._split_commands(value)
            if name in self._get_guarded_links() and not self._may_link(name, comodel.browse(ids)):
                raise AccessError(self.env._("You do not have access to this record. Ask the person responsible."))
            if hasattr(comodel, "_check_links"):
                # Read together with the rows that did not change: the preview needs them next.
                siblings = self[name].ids if self.ids else []
                comodel.browse(ids).with_prefetch({*ids, *siblings}).check_access("read")
                for row in rows:
                    check_numbers(comodel, row)
                    comodel._check_links(row)

    @api.model
    def _split_commands(self, commands):
        """Return the parts of the value of an x2many field.

        :param commands: list of ids or of commands
        :return: ids of existing records, and values of rows
        """
        ids, rows = [], []
        for command in commands:
            if isinstance(command, int):
                ids.append(command)
            elif command[0] == Command.SET:
                ids += command[2]
            elif command[0] == Command.CREATE:
                rows.append(command[2])
            elif command[0] in (Command.LINK, Command.UPDATE):
                ids.append(command[1])
                rows += command[2:] if isinstance(command[-1], dict) else []
        return [number for number in ids if number and isinstance(number, int)], rows
