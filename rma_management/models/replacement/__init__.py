from . import rma_history
from . import rma_order_line
