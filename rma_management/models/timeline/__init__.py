from . import account_move
from . import rma_order
