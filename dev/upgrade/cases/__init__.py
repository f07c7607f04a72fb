"""Returns in every state and with every kind of decision, one function each. What it returns is compared.

The name of a function is the name of its case. The modules run with the released version of the addons.
"""

from . import asked, goods, inspected, kits, refunded, repaired, replaced, services
