"""The key of a reporting period, and what is sealed under it.

    epoch key ──HKDF(period salt)──> period key ──HKDF──> slot key, seal key
    slot = HMAC(slot key, person id)
    row  = AES-256-GCM(seal key, padded content; associated data: version, period, slot)

The salt is the period's own and is destroyed with it, and with it every key below it. No ticket of a wave leads to a
slot of a period: closing a wave and leaving are the only ones that find it, from the person.
"""

from __future__ import annotations

import json
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveys.errors import TextTooLong, TokenError
from surveys.periods import PeriodRow
from surveys.tickets import NONCE_SIZE, TICKET_SIZE, VERSION, Entropy, derive, keyed_hash, pad, unpad


class PeriodKeys:
    """Everything derived from one period key. Exists only in memory and only while the period's salt does."""

    def __init__(self, period: UUID, epoch_key: bytes, salt: bytes) -> None:
        key = derive(epoch_key, "period", salt)
        self._period = period
        self._slot_key = derive(key, "slot")
        self._cipher = AESGCM(derive(key, "seal"))

    def slot(self, person: UUID) -> bytes:
        """Return under which slot the row of a person lies, 16 bytes."""
        return keyed_hash(self._slot_key, person.bytes)[:TICKET_SIZE]

    def seal(self, slot: bytes, row: PeriodRow, entropy: Entropy) -> bytes:
        """Return the sealed row, as large as every sealed row. Raises ValueError for one that is too large."""
        content = [row.cohort, int(row.asked), {item: list(sums) for item, sums in row.given.items()}, row.gone]
        data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            padded = pad(data)
        except TextTooLong:
            raise ValueError("the answers of a reporting period do not fit into one row") from None
        nonce = entropy(NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, padded, self._bound_to(slot))

    def unseal(self, slot: bytes, sealed: bytes) -> PeriodRow:
        """Open a sealed row. Raises TokenError when it was sealed for another slot, period or key."""
        try:
            padded = self._cipher.decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], self._bound_to(slot))
        except InvalidTag:
            raise TokenError("a sealed row does not open with the key of its reporting period") from None
        cohort, asked, given, gone = json.loads(unpad(padded))
        return PeriodRow(cohort, bool(asked), {item: (total, times) for item, (total, times) in given.items()}, gone)

    def _bound_to(self, slot: bytes) -> bytes:
        return VERSION + b"period/" + self._period.bytes + slot
