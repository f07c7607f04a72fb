"""Write to a file what was mailed and texted before the migration. Run by `odoo shell`."""

from verify import count_sent as main  # noqa: F401
