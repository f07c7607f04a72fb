from . import oca
from . import policy
from . import portal
from . import request
from . import request_details
from . import request_items
from . import website
from . import withdrawal
