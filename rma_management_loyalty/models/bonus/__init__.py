from . import account_move
from . import res_company
from . import res_config_settings
from . import rma_order
from . import rma_policy_action_mixin
from . import rma_policy_rule
from . import rma_resolution_store_credit
