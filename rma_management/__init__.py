from . import controllers
from . import models
from . import report
from . import wizard


def uninstall_hook(env):
    """Leave no order open to be invoiced again, and no record that Odoo would fail to delete."""
    env["sale.order.line"]._settle_before_uninstall()
    # These records go with their tables. Odoo would try to delete them one by one before, while others refer to them.
    env.cr.execute("DELETE FROM ir_model_data WHERE module LIKE 'rma\\_management%' AND model LIKE 'rma.%'")
