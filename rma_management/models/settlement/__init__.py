from . import rma_resolution
from . import rma_resolution_return_only
from . import rma_settlement
from . import rma_history
from . import rma_order
from . import rma_order_line
from . import sale_order_line
from . import stock_move
