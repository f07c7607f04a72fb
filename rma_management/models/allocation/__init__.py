from . import rma_lowering
from . import account_move
from . import account_move_line
from . import sale_order
from . import sale_order_line
from . import rma_order
from . import rma_order_line
