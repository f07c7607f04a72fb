from . import product_template
from . import res_company
from . import res_config_settings
from . import res_partner
from . import rma_document_mixin
from . import rma_guarded_mixin
from . import rma_operation_mixin
from . import rma_operation_type
from . import rma_window_mixin
from . import rma_history
from . import rma_sealed_mixin
from . import rma_order
from . import rma_order_line
from . import rma_return_reason
from . import sale_order
from . import sale_order_line
from . import stock_move
from . import stock_picking
from . import stock_rule
from . import stock_warehouse
from . import uom_uom

# Rooms, each importing only from those above it.
from . import lifecycle
from . import returnable
from . import policy
from . import value
from . import approval
from . import receipt
from . import warranty
from . import extra
from . import settlement
from . import disposition
from . import inspection
from . import allocation
from . import cap
from . import refund
from . import figures
from . import cost
from . import payment
from . import replacement
from . import repair
from . import documents
from . import notification
from . import exchange
from . import estimate
from . import activity
from . import selection
from . import overview
from . import listing
from . import portal
from . import offer
from . import timeline
from . import withdrawal
from . import withdrawal_receipt
from . import withdrawal_outcome
from . import gift
from . import way_back
from . import reminder
from . import mail_card
from . import privacy
from . import imports
from . import uninstall

# Methods that several rooms extend on purpose, each calling super(): no other is defined twice.
HOOKS = (
    "_dispose",
    "_get_parts",
    "_get_sealed_fields",
    "_get_writable_fields",
    "_get_queries",
    "_get_reopen_refusal",
    # Of gifts everybody is told and offered something else.
    "_allows_auto_approval",
    "_ask_for_difference",
    "_describe_credit_to_come",
    "_get_buyer",
    "_find_choices",
    "_get_detail_errors",
    "_get_difference_url",
    "_get_money_events",
    "_get_money_told",
    "_get_offers",
    "_get_operation_types_for",
    "_get_portal_documents",
    "_get_replacement_products",
    "_get_summary",
    "_is_shipping_refunded",
    "_prepare_replacement_order_values",
    "_prepare_rma_values",
    # What customers have to do follows the way in which the goods come back.
    "_describe_sending",
    "_get_method_sentence",
    "_get_return_address",
    "_get_slip_sentence",
    "_prepare_receipt_picking_values",
    "_update_step_activities",
    "_message_track",
    "_sync_order_quantities",
    "create",
    "write",
)
