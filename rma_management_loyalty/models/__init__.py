from . import account_move
from . import account_move_line
from . import loyalty_card
from . import loyalty_history
from . import loyalty_program
from . import mail_template
from . import res_company
from . import res_config_settings
from . import rma_announcement
from . import rma_coupon
from . import rma_history
from . import rma_lowering
from . import rma_operation_type
from . import rma_resolution
from . import rma_resolution_replace
from . import rma_resolution_store_credit
from . import rma_settlement
from . import rma_order
from . import rma_order_line
from . import sale_order
from . import sale_order_line

# Rooms, each importing only from those above it.
from . import bonus
from . import gift

# Methods that several rooms extend on purpose, each calling super(): no other is defined twice.
HOOKS = (
    "_get_card_given_back",
    "_get_money_told",
    "_get_points_given",
    "_get_points_given_back",
    "_get_sealed_fields",
    "_get_store_credit_amount",
    "_give_store_credit",
    "_prepare_store_credit_entry_values",
    "_take_store_credit_back",
)
