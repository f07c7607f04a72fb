from odoo import api, models
from odoo.exceptions import AccessError


class RmaSealedMixin(models.AbstractModel):
    """Keep users from changing what a document of Odoo says about a return: what counts as received, refunded, or
    delivered is computed from it.

    Only the program writes these fields, or Odoo while it splits a document under the rights of its user; values for
    that are marked by `carry`. It has to be the first of `_inherit`, so that nothing is done before it is refused, in
    the extension of the model that is loaded first.
    """

    _name = "rma.sealed.mixin"
    _description = "Document with Links to a Return"

    @api.model
    def _get_sealed_fields(self):
        """Return the fields that users may not change.

        :return: set of field names
        """
        return set()

    # === CRUD ===

    @api.model
    def default_get(self, fields):
        """Take no default of a sealed field from the context, nor from what users save as their default."""
        sealed = self._get_sealed_fields()
        return super().default_get([name for name in fields if name not in sealed])

    @api.model_create_multi
    def create(self, vals_list):
        sealed = self._get_sealed_fields()
        plain_list = []
        for vals in vals_list:
            names = sealed & vals.keys()
            given = {name for name in names if vals[name] and not isinstance(vals[name], CARRIED)}
            if given and not self.env.su:
                self._refuse_sealed(given)
            plain_list.append({**vals, **{name: uncarry(vals[name]) for name in names}})
        return super().create(plain_list)

    def write(self, vals):
        names = self._get_sealed_fields() & vals.keys()
        if names and not self.env.su:
            # Whoever works with the document need not see the return.
            documents = self.sudo()
            changed = {name for name in names if any(document._is_changed(name, vals[name]) for document in documents)}
            if changed:
                self._refuse_sealed(changed)
        return super().write(vals)

    def _is_changed(self, name, value):
        """Return whether a value to be written differs from that of this document.

        :param name: name of a field
        :rtype: bool
        """
        self.ensure_one()
        field = self._fields[name]
        kept = field.convert_to_cache(self[name], self, validate=False)
        return field.convert_to_cache(value, self, validate=False) != kept

    @api.model
    def _refuse_sealed(self, names):
        """:raise AccessError: names the fields, and says what to do instead"""
        labels = ", ".join(sorted(self._fields[name]._description_string(self.env) for name in names))
        raise AccessError(self.env._("%s cannot be set by hand. Use the buttons and documents of the return.", labels))


class CarriedId(int):
    """An ID that the program takes over from another document. No request can contain one."""


class CarriedText(str):
    """A value of a selection that the program takes over from another document. No request can contain one."""

    __slots__ = ()


CARRIED = (CarriedId, CarriedText)


def carry(value):
    """Mark a value of a sealed field that a new document takes over from the one it continues.

    :param value: ID of a record, value of a selection, or an empty value
    :return: the same value, which passes the seal
    """
    if not value:
        return value
    return CarriedText(value) if isinstance(value, str) else CarriedId(value)


def uncarry(value):
    """Return a value without its mark, as the ORM wants it."""
    if isinstance(value, CarriedId):
        return int(value)
    return str(value) if isinstance(value, CarriedText) else value
