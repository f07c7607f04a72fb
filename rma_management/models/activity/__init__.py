from . import account_move
from . import crm_team
from . import res_company
from . import res_config_settings
from . import res_users
from . import rma_announcement
from . import rma_order
from . import stock_warehouse
