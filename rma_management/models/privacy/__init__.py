from . import res_company
from . import res_config_settings
from . import res_partner
from . import rma_anonymous_mixin
from . import rma_order
from . import rma_withdrawal
