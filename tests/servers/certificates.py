"""Certificates of an authority that only the test knows."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """Issues certificates for names on this machine; `file` is what a client must trust."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = trustme.CA()
        self.file = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(self.file))

    def issue(self, *names: str) -> Path:
        """Return a file with a certificate for *names* and its key."""
        path = self.folder / f"{names[0]}.pem"
        issued = self.authority.issue_cert(*names)
        issued.private_key_and_cert_chain_pem.write_to_path(str(path))
        return path

    def context(self, *names: str) -> ssl.SSLContext:
        """Return what a server needs to be one of *names*."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.issue(*names))
        return context
