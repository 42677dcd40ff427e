"""What each web worker loads. Decides nothing."""

import os

from django.core.wsgi import get_wsgi_application

from bihuan.config.death import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.config.settings")
if os.environ.get("BIHUAN_SUPERVISED"):
    die_with_parent(os.getpgrp())  # the web server leads its process group
application = get_wsgi_application()
