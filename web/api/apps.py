"""What Django calls this part of the program."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The interface for other systems."""

    name = "web.api"
    label = "api"
    verbose_name = "接口"
