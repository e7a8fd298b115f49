"""The errors a use case may raise; free of HTTP libraries so that any layer can raise them."""

from __future__ import annotations

from collections.abc import Mapping

from app.texts import Sentence


class PortalError(Exception):
    """Refuse a use case with a status, a stable code and a sentence for the person.

    :param message: what to tell the person; a class has its own default.
    :param fields: for invalid input, field name to the messages to show there.
    """

    status = 400
    code = "bad_request"
    user_message: str = Sentence("That did not work.")

    def __init__(
        self, message: str | None = None, *, fields: Mapping[str, list[str]] | None = None
    ) -> None:
        self.user_message = message or type(self).user_message
        self.fields = dict(fields or {})
        super().__init__(self.user_message)


class NotFound(PortalError):
    """The thing does not exist, or the viewer may not know that it does."""

    status = 404
    code = "not_found"
    user_message = Sentence("We could not find that.")


class Forbidden(PortalError):
    """The actor is known and may not do this."""

    status = 403
    code = "forbidden"
    user_message = Sentence("You may not do that.")


class SignInNeeded(PortalError):
    """Nobody is signed in, or the token is not valid."""

    status = 401
    code = "sign_in_needed"
    user_message = Sentence("Please sign in first.")


class Conflict(PortalError):
    """Somebody else changed the same thing in the meantime."""

    status = 409
    code = "conflict"
    user_message: str = Sentence("Somebody else changed this in the meantime.")


class Invalid(PortalError):
    """Input that cannot be accepted; `fields` says where."""

    status = 422
    code = "invalid"
    user_message: str = Sentence("Please check the marked fields.")


class TooMany(PortalError):
    """A rate limit was reached.

    :param retry_after_seconds: when it makes sense to try again.
    """

    status = 429
    code = "too_many_requests"
    user_message = Sentence("That was a little too often. Please wait a moment.")

    def __init__(self, message: str | None = None, *, retry_after_seconds: int = 60) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(PortalError):
    """Something this needs is down for the moment."""

    status = 503
    code = "unavailable"
    user_message = Sentence("This is not available right now. Please try again in a moment.")
