"""Keys and tokens as the Bot Framework has them, and the certificate of a server on this machine."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

ISSUER = "https://api.botframework.com"


@cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """Return a key; the same number is the same key for as long as the tests run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class SigningKey:
    """A key with the name by which it is published, and the channels for which it counts."""

    name: str
    number: int = 0
    endorsements: Sequence[str] = ("msteams", "webchat")

    @property
    def published(self) -> dict[str, Any]:
        """The public half, as it stands in a JWKS."""
        found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(self.number).public_key()))
        return {**found, "kid": self.name, "x5t": self.name, "use": "sig", "endorsements": list(self.endorsements)}

    def token(self, app: str, service_url: str, *, without: Sequence[str] = (), **claims: object) -> str:
        """Return a token as a channel sends it, with other claims or without some."""
        return self.signed(claims_for(app, service_url, **claims), without=without)

    def signed(self, claims: dict[str, object], *, without: Sequence[str] = (), algorithm: str = "RS256") -> str:
        """Return these claims, signed."""
        kept = {name: value for name, value in claims.items() if name not in without}
        secrets: dict[str, Any] = {"none": None, "HS256": "a word that anybody may know, long enough"}
        key = secrets.get(algorithm, rsa_key(self.number))
        return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": self.name})


def claims_for(app: str, service_url: str, **claims: object) -> dict[str, object]:
    """Return what a token of the Bot Framework claims."""
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": app, "nbf": now - 5, "exp": now + 3600, "serviceurl": service_url}
    return {**whole, **claims}


@cache
def certificate() -> tuple[bytes, bytes]:
    """Return a certificate for localhost that signs itself, and its key, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), secret


def written(folder: Path) -> tuple[Path, Path]:
    """Write the certificate and its key into a folder, and return where."""
    paths = folder / "certificate.pem", folder / "key.pem"
    for path, content in zip(paths, certificate(), strict=True):
        path.write_bytes(content)
    return paths
