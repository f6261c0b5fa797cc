"""Everything the desk can refuse to do. A class's docstring is its message."""


class DeskError(Exception):
    """Something went wrong at the desk."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class NotFound(DeskError):
    """There is no such record."""


class Conflict(DeskError):
    """Somebody else changed this in the meantime."""


class Invalid(DeskError):
    """That cannot be done with these values."""


class Forbidden(DeskError):
    """You may not do that."""


class Unavailable(DeskError):
    """The store cannot take anything at the moment; nothing was changed."""


class Locked(DeskError):
    """The secret key is missing: put it back, or set desk.secret_key."""


class Unreadable(DeskError):
    """The payload could not be understood."""


class DeliveryError(DeskError):
    """The provider did not take the message."""


class TryLater(DeliveryError):
    """The provider is busy or unreachable; the message will be tried again."""

    def __init__(self, message: str = "", *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after  #: seconds, when the provider said how long


class Ambiguous(DeliveryError):
    """The line broke after the message was handed over; it may have been sent."""


class Rejected(DeliveryError):
    """The provider refused the message for good."""


class Misconfigured(DeliveryError):
    """The channel's credentials are missing or wrong."""
