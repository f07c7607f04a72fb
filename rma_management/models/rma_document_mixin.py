from ast import literal_eval

from odoo import api, models

# Returns staff read these to work on returns, but their forms require more access rights.
READ_FOR_RETURNS = (
    "repair.order",
    "sale.order",
    "sale.order.line",
    "stock.move",
    "stock.picking",
    "stock.scrap",
)


class RmaDocumentMixin(models.AbstractModel):
    """Make links to documents of a return clickable only for users who may open them."""

    _name = "rma.document.mixin"
    _description = "Links to Documents of Returns"

    @api.readonly
    def read(self, fields=None, load="_classic_read"):
        """Read the given fields or, by default, all readable ones: relations to models the user may not read are left
        out instead of raising an error.
        """
        return super().read(fields or self._get_readable_fields(), load)

    @api.model
    def _get_readable_fields(self):
        """Return the fields the user may read.

        :return: list of field names
        """
        names = []
        for name in self.fields_get(attributes=()):
            field = self._fields[name]
            # A many2one is read with its name, whatever the rights on the other model.
            if field.type not in ("one2many", "many2many") or self.env[field.comodel_name].has_access("read"):
                names.append(name)
        return names

    @api.model
    def _may_open(self, model):
        """Return whether the current user may open the pages of a model.

        :param model: name of a model
        :rtype: bool
        """
        # Returns staff only get read access from us; users with access of their own may write, too.
        return self.env[model].has_access("write" if model in READ_FOR_RETURNS else "read")

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        self._embed_views(arch)
        closed = {model for model in READ_FOR_RETURNS if not self._may_open(model)}
        if closed:
            self._close_links(arch, self, closed)
        return arch, view

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        # One view for each combination of rights that `_get_view` makes.
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, *(self._may_open(model) for model in READ_FOR_RETURNS))

    @api.model
    def _embed_views(self, arch):
        """Put the views that the fields of a view name in their context into it.

        Odoo adds the one that the device needs later, when links can no longer be closed.

        :param arch: a view of this model
        """
        for node in arch.xpath(".//field[@context][not(list or kanban)]"):
            field = self._fields.get(node.get("name"))
            if field is None or field.type not in ("one2many", "many2many"):
                continue
            for name, xml_id in self.env["ir.ui.view"]._get_view_refs(node).items():
                if name in ("list_view_ref", "kanban_view_ref"):
                    view_type = name.removesuffix("_view_ref")
                    node.append(self.env[field.comodel_name]._get_view(self.env.ref(xml_id).id, view_type)[0])

    @api.model
    def _close_links(self, node, model, closed):
        """Turn links into plain text.

        :param node: part of a view
        :param model: empty records of the model that the part shows
        :param closed: names of models whose pages are not opened
        """
        for child in node:
            field = model._fields.get(child.get("name")) if child.tag == "field" else None
            target = self.env[field.comodel_name] if field is not None and field.relational else None
            if target is not None and target._name in closed:
                if field.type == "many2one":
                    child.set("options", str({**literal_eval(child.get("options") or "{}"), "no_open": True}))
                for view in child.iterchildren("list", "kanban"):
                    view.set(*(("no_open", "1") if view.tag == "list" else ("can_open", "0")))
            self._close_links(child, model if target is None else target, closed)
