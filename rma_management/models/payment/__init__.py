from . import account_move
from . import payment_transaction
from . import rma_order
