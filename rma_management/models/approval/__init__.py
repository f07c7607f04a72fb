from . import rma_approval
from . import res_company
from . import res_config_settings
from . import rma_history
from . import rma_order
from . import rma_order_line
