"""Makes an authority of its own, and a key and a certificate for localhost that it signs, in a folder: certificate.py FOLDER"""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FOLDER = pathlib.Path(sys.argv[1])
NOW = datetime.datetime.now(datetime.timezone.utc)
KEYS = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
NAMES = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, it)]) for it in ("authority", "localhost")]


def signed(at, extension):
    built = (
        x509.CertificateBuilder().subject_name(NAMES[at]).issuer_name(NAMES[0]).public_key(KEYS[at].public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(NOW - datetime.timedelta(days=1))
        .not_valid_after(NOW + datetime.timedelta(days=1)).add_extension(extension, critical=False)
    )
    return built.sign(KEYS[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


(FOLDER / "authority.pem").write_bytes(signed(0, x509.BasicConstraints(ca=True, path_length=None)))
(FOLDER / "localhost.pem").write_bytes(signed(1, x509.SubjectAlternativeName([x509.DNSName("localhost")])))
(FOLDER / "localhost.key").write_bytes(KEYS[1].private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
))
