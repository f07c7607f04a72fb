from . import rma_resolution_refund
from . import account_move
from . import account_move_line
from . import res_company
from . import rma_history
from . import rma_order
from . import rma_order_line
