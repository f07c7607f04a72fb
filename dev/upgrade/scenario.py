"""Fill a database of the released version with returns in all states. Run by `odoo shell`, see dev/upgrade_test."""

import inspect

import cases
from odoo import fields, tools
from shop import Shop


def get_cases():
    """Give the functions of the cases by their names.

    :return: {"module: what happens": function}
    """
    return {
        f"{module.__name__.rpartition('.')[2]}: {name.replace('_', ' ')}": function
        for _name, module in inspect.getmembers(cases, inspect.ismodule)
        for name, function in vars(module).items()
        if getattr(function, "__module__", "") == module.__name__ and not name.startswith("_")
    }


def customize(shop):
    """Change what people may change of the data that came with the addons: an upgrade leaves it alone."""
    shop.refund.name = "Money back"
    shop.grades["c"].write({"refund_share": 75.0, "description": "Used, and it shows"})
    shop.env.ref("rma_management.mail_template_rma_done").subject = "Done: {{ object.name }}"
    shop.company.write({"rma_process_days": 9, "rma_return_instructions": "<p>Wrap it well.</p>"})


def main(env):
    """Make the returns of all cases, each with its name as the customer's reference where it has none."""
    # Reports are made as pages: PDFs would ask a server for their styles.
    tools.config["test_enable"] = True
    shop = Shop(env)
    for name, function in get_cases().items():
        try:
            returns = function(shop)
        except Exception as error:
            error.add_note(f"in the case “{name}”")
            raise
        for position, rma in enumerate(returns, 1):
            if not rma.customer_reference:
                rma.customer_reference = name if len(returns) == 1 else f"{name} ({position})"
        env.cr.commit()
    customize(shop)
    env["ir.config_parameter"].set_param("upgrade_test.since", fields.Datetime.now())
    env.cr.commit()
