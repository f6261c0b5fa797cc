"""A private Dovecot in a temporary folder, run as an ordinary user on ports of its own."""

import contextlib
import imaplib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.servers.certificates import Authority
from tests.servers.postgres import die_with_parent, ordinary_user

PASSWORD = "correct-horse"
PATIENCE = 60.0  # seconds until a started server must answer
NUMBERS = count(1)

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
first_valid_uid = 1
{oauth}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-hibernate {{
  chroot =
}}
"""
OAUTH = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""


def installed() -> bool:
    return shutil.which("dovecot") is not None


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on, as the kernel gives them."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


class Dovecot:
    """A mail server; any user signs in with `PASSWORD`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority(folder)
        self.port, self.tls_port = free_ports(2)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        path = self.folder / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def configure(self, *, token_url: str | None = None) -> None:
        """Write the configuration; with a *token_url* it believes access tokens from there."""
        import grp
        import pwd

        name = ordinary_user()
        owner = pwd.getpwnam(name) if name else pwd.getpwuid(os.geteuid())
        for each in ("run", "state", "mail"):
            (self.folder / each).mkdir(exist_ok=True)
        if token_url:
            (self.folder / "oauth2.conf").write_text(
                f"introspection_url = {token_url}\nintrospection_mode = post\n"
                "username_attribute = email\nactive_attribute = active\nactive_value = true\n"
            )
        text = CONFIGURATION.format(
            folder=self.folder,
            certificate=self.authority.issue("localhost", "127.0.0.1"),
            user=owner.pw_name,
            group=grp.getgrgid(owner.pw_gid).gr_name,
            port=self.port,
            tls_port=self.tls_port,
            password=PASSWORD,
            mechanisms="xoauth2 oauthbearer" if token_url else "",
            oauth=OAUTH.format(folder=self.folder) if token_url else "",
        )
        (self.folder / "dovecot.conf").write_text(text)
        self.own(self.folder)

    def own(self, path: Path) -> None:
        """Give *path* and all in it to the user who runs the server."""
        if user := ordinary_user():
            for each in (path, *path.rglob("*")):
                shutil.chown(each, user, "nogroup")

    def start(self) -> None:
        """Return once it answers."""
        user = ordinary_user()
        self.process = subprocess.Popen(
            ["dovecot", "-F", "-c", str(self.folder / "dovecot.conf")],
            user=user,
            group="nogroup" if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  # it only makes a system call
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Dovecot did not start: {self.log[-2000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
                return line.recv(4) == b"* OK"
        except OSError:
            return False

    def kill(self) -> None:
        """End it and all its processes without warning."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    # ----- the mails

    def maildir(self, user: str) -> Path:
        """Return a user's folder, made when it is not there yet."""
        path = self.folder / "mail" / user
        if not path.exists():
            for each in ("cur", "new", "tmp"):
                (path / each).mkdir(parents=True)
            self.own(path)
        return path

    def deliver(self, user: str, *mails: bytes) -> None:
        """Put mails into a user's mailbox, as a delivery agent does."""
        maildir = self.maildir(user)
        for mail in mails:
            name = f"{time.time():.6f}.{os.getpid()}_{next(NUMBERS):06}.test"
            path = maildir / "tmp" / name
            path.write_bytes(mail)
            self.own(path)
            path.rename(maildir / "new" / name)

    @contextlib.contextmanager
    def client(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Return another mail program, which has the user's folder open."""
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(user, PASSWORD)
            client.select(folder)
            yield client

    def flags(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Return what another mail program sees of each mail's flags."""
        with self.client(user, folder) as client:
            if client.search(None, "ALL")[1] == [b""]:
                return []
            found = client.fetch("1:*", "(FLAGS)")[1]
            return [line.partition(b"FLAGS (")[2].rstrip(b")") for line in found if line]

    def expunge(self, user: str, uid: int) -> None:
        """Delete a mail for good, as somebody else's mail program does."""
        with self.client(user) as client:
            client.uid("store", str(uid), "+FLAGS", r"(\Deleted)")
            client.expunge()

    def forget_numbers(self, user: str) -> None:
        """Lose all numbers of the mails, so that UIDVALIDITY changes; the server must be down."""
        for path in self.maildir(user).glob("dovecot*"):
            if path.is_file() and "uidvalidity" not in path.name:
                path.unlink()


@contextlib.contextmanager
def running_dovecot(*, token_url: str | None = None) -> Iterator[Dovecot]:
    """Return a started server, and leave nothing of it behind."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    server = Dovecot(folder)
    try:
        server.configure(token_url=token_url)
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)
