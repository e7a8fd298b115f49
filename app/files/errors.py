"""Refusals of uploads."""

from __future__ import annotations

from app.errors import Invalid, PortalError
from app.texts import Sentence


class UploadRefused(Invalid):
    """The file is of a kind that is not taken, or is not what its name says."""

    code = "upload_refused"
    user_message = Sentence("This file cannot be taken.")


class UploadTooLarge(PortalError):
    """The file is larger than the limit."""

    status = 413
    code = "too_large"
    user_message = Sentence("This file is too large.")


class TooManyFiles(Invalid):
    """More files than one message may carry."""

    code = "too_many_files"
    user_message = Sentence("A message can carry five files.")
