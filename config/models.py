"""The language model that the settings name, if they name one."""

from typing import TYPE_CHECKING

from config.settings import LanguageModelSettings
from routing.bots.writing.writer import LanguageModel

if TYPE_CHECKING:
    from routing.bots.writing.endpoint import Endpoint


def writer(settings: LanguageModelSettings) -> LanguageModel | None:
    """Return who writes; nobody where no model is configured."""
    return LanguageModel(endpoint(settings), redact=settings.redact) if settings.base_url else None


def endpoint(settings: LanguageModelSettings) -> "Endpoint":
    from routing.bots.writing.endpoint import (
        Endpoint,  # its library is large: only where it is wanted
    )

    return Endpoint(
        base_url=settings.base_url,
        model=settings.model,
        api_key=settings.api_key,
        seconds=settings.seconds,
    )
