"""What a server calls (gunicorn web.wsgi): the workbench of the space that GUIJU_WORKBENCH names, with DJANGO_SETTINGS_MODULE
set to `web.settings`."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
