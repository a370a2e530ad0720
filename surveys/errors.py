"""Everything that can go wrong in the domain, in one tree.

Each class docstring is the default sentence. `code` names the text shown to a person in chat
(catalogue entry `error.<code>`); on the command line the English sentence itself is printed.
"""

from __future__ import annotations


class AdempauzeError(Exception):
    """Something went wrong."""

    code = "unknown"
    exit_code = 1

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class SettingsError(AdempauzeError):
    """A setting is missing or wrong."""

    code = "settings"
    exit_code = 3


class KeyFileError(SettingsError):
    """The key file cannot be used."""


class DatabaseError(AdempauzeError):
    """The database cannot be used."""

    exit_code = 4


class InputError(AdempauzeError):
    """What was given cannot be used."""

    code = "input"
    exit_code = 2


class BadSync(AdempauzeError):
    """Too many people would leave or move at once."""

    exit_code = 5


class Outdated(AdempauzeError):
    """Members that were read later were taken over meanwhile. Nothing was changed; run this again."""

    exit_code = 5


class NotFound(AdempauzeError):
    """There is no such thing."""

    code = "not_found"
    exit_code = 2


class NotKnown(AdempauzeError):
    """This address belongs to nobody in the roster."""

    code = "not_known"


class TokenError(AdempauzeError):
    """This button does not belong to an open check-in of yours."""

    code = "token"


class WaveClosed(AdempauzeError):
    """This check-in has closed."""

    code = "wave_closed"


class Busy(AdempauzeError):
    """Too much comes in at once, or the database keeps us waiting. Try again in a moment."""

    code = "busy"


class AnswerOutsideScale(AdempauzeError):
    """This answer is not one of the options."""

    code = "outside_scale"


class TextTooLong(AdempauzeError):
    """This text is too long."""

    code = "too_long"


class LogBroken(AdempauzeError):
    """The signed log does not hold."""


class NotAgreed(InputError):
    """Both seats have to agree first."""


class WrongSecret(InputError):
    """This is not the secret of this seat, nor its recovery code."""
