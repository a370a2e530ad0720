"""The words of the conversation: gettext catalogues with symbolic ids, `messages/nl.po` and `messages/en.po`.

The sentence in the code is an id (`checkin.thanks.title`); what a person reads is data, so a works council can
read every text on a page and an organisation can put its own words there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po

from surveys.model import Language


@dataclass(frozen=True, slots=True)
class Texts:
    """`Texts("nl")("checkin.thanks.title", name="Noor")` is the sentence in that language, filled in.

    Raises KeyError, naming the id or the placeholder and the mend, when either is missing.
    """

    language: Language

    def __call__(self, msgid: str, /, **values: object) -> str:
        wording = self._wording(msgid)
        try:
            return wording.format(**values)
        except KeyError as missing:
            mend = f"{msgid} ({self.language}) has a placeholder {{{missing.args[0]}}}: pass it as a keyword"
            raise KeyError(mend) from None

    def __contains__(self, msgid: str) -> bool:
        return msgid in catalogue(self.language)

    def _wording(self, msgid: str) -> str:
        try:
            return catalogue(self.language)[msgid]
        except KeyError:
            raise KeyError(f"no text {msgid!r} in bot/messages/{self.language}.po: add it there") from None


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Id to wording of one language, read once, when first asked for."""
    return parse((files("bot") / "messages" / f"{language}.po").read_bytes())


def parse(po: bytes) -> Mapping[str, str]:
    """Id to wording of the bytes of a catalogue. Raises PoFileError, naming the line, when it is none."""
    entries = read_po(BytesIO(po), abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id}
