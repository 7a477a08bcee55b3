"""The WSGI application that the web server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from shop.checks import refuse_wrong_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()
refuse_wrong_settings()
# What is loaded by now stays: it is not looked through again and again for what could be given back.
gc.collect()
gc.freeze()
