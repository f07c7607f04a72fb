from . import account_move
from . import product_product
from . import product_template
from . import rma_order
from . import sale_order
from . import sale_order_line
from . import stock_lot
