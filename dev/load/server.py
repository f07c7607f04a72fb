"""Start Odoo from a file: with workers it runs its own script again, which `python -m odoo` has not."""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
