from . import payment_transaction
from . import rma_order
