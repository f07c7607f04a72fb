from . import portal
from . import request
from . import website
