from . import res_company
from . import res_config_settings
from . import rma_announcement
from . import rma_order
