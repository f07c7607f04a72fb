from . import rma_order
from . import rma_order_line
from . import stock_move
from . import res_company
from . import res_config_settings
