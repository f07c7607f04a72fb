from . import res_company
from . import res_config_settings
from . import rma_order
from . import stock_picking
