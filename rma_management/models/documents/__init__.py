from . import rma_order
from . import stock_picking
