from odoo import fields, models
from odoo.exceptions import UserError


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    rma_location_id = fields.Many2one(
        "stock.location",
        string="Returns Location",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Where returned goods are received and kept until they are processed.",
    )
    rma_refurbish_location_id = fields.Many2one(
        "stock.location",
        string="Refurbishing Location",
        check_company=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Where returned goods are moved to be refurbished before they are sold again.",
    )
    rma_return_address_id = fields.Many2one(
        "res.partner",
        string="Return Address",
        check_company=True,
        help="Where customers send goods back to this warehouse. If empty, the return address of the company is "
        "used, or else the address of the warehouse.",
    )
    rma_type_id = fields.Many2one("stock.picking.type", string="Returns Operation Type", check_company=True, copy=False)

    def _get_locations_values(self, vals, code=False):
        values = super()._get_locations_values(vals, code=code)
        code = (vals.get("code") or code or "").replace(" ", "").upper()
        values["rma_location_id"] = {
            "name": self.env._("Returns"),
            "active": True,
            "usage": "internal",
            "barcode": self._valid_barcode(code + "RMA", vals.get("company_id") or self.company_id.id),
        }
        values["rma_refurbish_location_id"] = {
            "name": self.env._("Refurbishing"),
            "active": True,
            "usage": "internal",
            "barcode": self._valid_barcode(code + "REF", vals.get("company_id") or self.company_id.id),
        }
        return values

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        values["rma_type_id"] = {
            "name": self.env._("%(warehouse)s Sequence returns", warehouse=name or self.name),
            "prefix": f"{code or self.code}/{self.rma_type_id.sequence_code or 'RET'}/",
            "padding": 5,
            "company_id": self.company_id.id,
        }
        return values

    def _get_picking_type_create_values(self, max_sequence):
        values, max_sequence = super()._get_picking_type_create_values(max_sequence)
        values["rma_type_id"] = {
            "name": self.env._("Returns"),
            "code": "incoming",
            "use_create_lots": False,
            "use_existing_lots": True,
            "default_location_dest_id": self.rma_location_id.id,
            "sequence": max_sequence + 1,
            "sequence_code": "RET",
            "company_id": self.company_id.id,
        }
        return values, max_sequence + 2

    def _get_picking_type_update_values(self):
        values = super()._get_picking_type_update_values()
        values["rma_type_id"] = {
            "active": self.active,
            "barcode": self.code.replace(" ", "").upper() + "RET",
        }
        return values

    def _get_rma_refurbish_location(self):
        """Return the refurbishing location.

        :return: `stock.location` record
        :raise UserError: when the warehouse has none
        """
        self.ensure_one()
        if not self.rma_refurbish_location_id:
            raise UserError(
                self.env._(
                    "%s has no refurbishing location. Set one on the warehouse, or choose another disposition.",
                    self.name,
                )
            )
        return self.rma_refurbish_location_id

    def _create_missing_rma_records(self):
        """Create the returns location and operation type for warehouses without them, unless they are left of an
        earlier installation."""
        for warehouse in self:
            warehouse.write(warehouse._complete_rma_locations(warehouse._find_rma_records()))
            warehouse._create_missing_locations({})
            warehouse.write(warehouse._create_or_update_sequences_and_picking_types())
        # Demo data that cannot be loaded would undo it otherwise, as where it is left of an earlier installation.
        self.flush_recordset()

    def _complete_rma_locations(self, values):
        """Create the one location where only the other is left: Odoo, asked to write one of two missing locations,
        creates the other by a write that misses the first, and does not end.

        :param values: what was found, as of `_find_rma_records`
        :return: values of the warehouse, with both locations or none
        """
        self.ensure_one()
        names = ("rma_location_id", "rma_refurbish_location_id")
        missing = [name for name in names if not self[name] and name not in values]
        if len(missing) != 1:
            return values
        locations = self._get_locations_values({"company_id": self.company_id.id}, self.code)
        place = {"location_id": self.view_location_id.id, "company_id": self.company_id.id}
        created = self.env["stock.location"].create({**locations[missing[0]], **place})
        return {**values, missing[0]: created.id}

    def _find_rma_records(self):
        """Find the returns operation type and locations that an earlier installation left. A second type would number
        its transfers from the beginning, with names that are taken.

        :return: values of the warehouse
        """
        self.ensure_one()
        values = {}
        if not self.rma_type_id:
            values["rma_type_id"] = (
                self.env["stock.picking.type"]
                .with_context(active_test=False)
                .search(
                    [("warehouse_id", "=", self.id), ("sequence_code", "=", "RET"), ("code", "=", "incoming")],
                    order="active desc, id",
                    limit=1,
                )
                .id
            )
        code = self.code.replace(" ", "").upper()
        for name, barcode in (("rma_location_id", f"{code}RMA"), ("rma_refurbish_location_id", f"{code}REF")):
            if not self[name]:
                values[name] = (
                    self.env["stock.location"]
                    .with_context(active_test=False)
                    .search(
                        [
                            ("barcode", "=", barcode),
                            ("company_id", "=", self.company_id.id),
                            ("usage", "=", "internal"),
                            ("id", "child_of", self.view_location_id.id),
                        ],
                        limit=1,
                    )
                    .id
                )
        return {name: found for name, found in values.items() if found}
