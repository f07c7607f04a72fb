from . import rma_order
from . import stock_warehouse
