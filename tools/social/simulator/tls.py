# SPDX-License-Identifier: MIT
"""A private certificate authority, made at each start, and the server's TLS context."""
import datetime
import ipaddress
import os
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Wide on purpose: clients with an accelerated clock live years before or after today.
NOT_BEFORE = datetime.datetime(2000, 1, 1)
NOT_AFTER = datetime.datetime(2049, 12, 31)


def _name(common):
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Vedetta simulator"),
                      x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(subject, issuer, key, not_after):
    return (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(NOT_BEFORE).not_valid_after(not_after))


def _key_usage(sign_certificates):
    return x509.KeyUsage(digital_signature=True, content_commitment=False, key_encipherment=False,
                         data_encipherment=False, key_agreement=False,
                         key_cert_sign=sign_certificates, crl_sign=sign_certificates,
                         encipher_only=False, decipher_only=False)


class Authority:
    """Signs server certificates; `pem` is what a client must trust."""

    def __init__(self, host="localhost"):
        self.names = ("localhost", "127.0.0.1", "::1") if host == "localhost" else (host,)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name("Vedetta simulator CA")
        builder = _builder(self.name, self.name, self.key, NOT_AFTER)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        builder = builder.add_extension(_key_usage(True), True)
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
        self.certificate = builder.sign(self.key, hashes.SHA256())
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, names=None, not_after=NOT_AFTER):
        """(certificate chain, key) in PEM for these names, or for those of the host."""
        names = names or self.names
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(names[0]), self.name, key, not_after)
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]), False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        builder = builder.add_extension(_key_usage(False), True)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False)
        certificate = builder.sign(self.key, hashes.SHA256())
        chain = certificate.public_bytes(serialization.Encoding.PEM) + self.pem
        return chain, key.private_bytes(serialization.Encoding.PEM,
                                        serialization.PrivateFormat.PKCS8,
                                        serialization.NoEncryption())


def _general_name(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def server_context(authority, directory):
    """TLS 1.2 and 1.3 with session tickets."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load(context, authority, directory, "good")
    context.set_alpn_protocols(["http/1.1"])
    return context


def load(context, authority, directory, kind):
    """Put a certificate of this kind in force for new handshakes; server.pem keeps its key (0600)."""
    if kind == "good":
        chain, key = authority.issue()
    elif kind == "expired":
        chain, key = authority.issue(not_after=datetime.datetime(2001, 1, 1))
    elif kind == "wrong_name":
        chain, key = authority.issue(("other.example",))
    elif kind == "stranger":
        chain, key = Authority().issue(authority.names)
    else:
        raise ValueError(f"certificate '{kind}' is none of good, expired, wrong_name, stranger")
    path = os.path.join(directory, "server.pem")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key + chain)
    context.load_cert_chain(path)
