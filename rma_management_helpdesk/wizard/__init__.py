from . import helpdesk_ticket_refund
from . import helpdesk_ticket_refund_invoice
from . import helpdesk_ticket_refund_line
from . import helpdesk_ticket_return
from . import helpdesk_ticket_return_delivery
from . import helpdesk_ticket_return_line
from . import helpdesk_ticket_repair
from . import helpdesk_ticket_task
