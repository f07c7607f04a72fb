from . import product_template
from . import res_company
from . import res_config_settings
from . import rma_order
from . import sale_order
from . import sale_order_line
from . import rma_withdrawal
from . import rma_withdrawal_line
