from . import mail_mail
from . import rma_order
from . import rma_order_line
