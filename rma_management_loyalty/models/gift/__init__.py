from . import account_move
from . import account_move_line
from . import rma_order
from . import rma_resolution_store_credit
