from . import account_move
from . import account_move_line
from . import product_template
from . import rma_disposition_charity
from . import rma_order_line
from . import rma_resolution_donate
from . import sale_order_line
