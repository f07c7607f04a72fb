from . import account_move
from . import payment_transaction
from . import rma_order
from . import rma_order_line
from . import sale_order
