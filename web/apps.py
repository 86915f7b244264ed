"""What Django calls this part of the program."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The workbench."""

    name = "web"
    verbose_name = "工作台"
