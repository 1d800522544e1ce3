"""A PostgreSQL cluster restored by pgBackRest, for as long as it is looked at.

The programs of both run as the user postgres where we are root; the cluster listens on a socket
alone, in a folder that only postgres and the site's user enter.
"""

import contextlib
import errno
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from cms.management.backup_reading import BackupBroken, BackupDamaged, WrongChoice, open_file

LONGEST_VERSION = 10  # bytes
SOCKET_PORT = 5432  # part of the socket's name
NO_REPOSITORY = (
    "no backups (is the repository mounted, is its passphrase this one? Or backup.info is damaged)"
)
LAST_LINES = 15
LONGEST_WAIT = 60  # seconds, for a file of another user
SECONDS_TO_BEGIN = 30  # until the server has written postmaster.pid: a busy disk takes some
# Errors of a path that is no folder for us, whatever the state of its disk.
OF_THE_PATH = {
    *(errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG),
    *(errno.EACCES, errno.EPERM, errno.EROFS),
}
# Settings that pgBackRest writes for a recovery to a moment.
RECOVERY_TARGET = ("recovery_target_time", "recovery_target_action", "recovery_target_timeline")
# Settings by which the lost server had or was a standby: its successor has none, and each of its
# commits would wait for one.
OF_A_STANDBY = ("synchronous_standby_names", "primary_conninfo", "primary_slot_name")


class CommandFailed(BackupBroken):
    """A program ended otherwise than it should; the message has its last lines."""


@dataclass(frozen=True)
class Repository:
    """pgBackRest's, as its configuration file names it."""

    config: Path
    stanza: str
    label: str = ""  # of a backup set; empty: the newest one that fits
    timeline: str = ""  # empty: the latest one; "current": that of the backup set

    def is_described(self) -> bool:
        """Whether the configuration is there and has the stanza."""
        with contextlib.suppress(OSError):
            lines = self.config.read_text(errors="replace").splitlines()
            return any(line.strip() == f"[{self.stanza}]" for line in lines)
        return False

    def command(self, *words: str) -> list[str]:
        label = [f"--set={self.label}"] if self.label else []
        return ["pgbackrest", f"--config={self.config}", f"--stanza={self.stanza}", *label, *words]


def as_postgres(command: list[str], *, seconds: int | None = None) -> str:
    """Run it and return its output. Raises `CommandFailed`."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    try:
        done = subprocess.run(  # noqa: S603 (words of ours and of the operator's command line)
            [*prefix, *command],
            cwd="/",
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except OSError as error:
        raise CommandFailed(f"{command[0]} doesn't start: {error.strerror}") from error
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
        raise CommandFailed(f"{Path(command[0]).name} ended with {done.returncode}:\n{last}")
    return done.stdout


def verify(repository: Repository) -> str:
    """Let pgBackRest read all of its repository. Raises `BackupDamaged` if a byte isn't as it was.

    `verify` ends with 0 in either case (2.55): its text counts.
    """
    told = as_postgres(repository.command("--output=text", "--verbose", "verify"))
    if "status: ok" not in (line.strip() for line in told.splitlines()):
        is_found = "No usable backup.info" not in told
        what = "its repository broken" if is_found else NO_REPOSITORY
        raise BackupDamaged(f"pgBackRest finds {what}:\n{told.strip()}")
    return told


@contextlib.contextmanager
def limited_wait() -> Iterator[None]:
    """Raise `TimeoutError` (an `OSError`) after `LONGEST_WAIT` seconds, for work in a folder of another
    user: a FIFO in place of a file, or a lock that nobody lets go, would hold up root for ever.
    """

    def end(*_: object) -> None:
        raise TimeoutError(f"nothing came within {LONGEST_WAIT} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_WAIT, LONGEST_WAIT)  # for each that follows, too
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def as_user(name: str) -> Iterator[None]:
    """Open files with that user's rights where we are root.

    Its folder may hold a symbolic link of its own, which must open nothing that its owner can't.
    """
    if os.geteuid() != 0:
        yield
        return
    groups, user = os.getgroups(), pwd.getpwnam(name)
    try:
        os.setgroups(os.getgrouplist(name, user.pw_gid))
        os.setegid(user.pw_gid)
        os.seteuid(user.pw_uid)
        with limited_wait():
            yield
    finally:
        os.seteuid(0)
        os.setegid(os.getgid())
        os.setgroups(groups)


@dataclass
class Cluster:
    """A restored data folder, and the socket's folder while it runs."""

    data: Path
    sockets: Path
    site_user: str
    is_for_good: bool = False

    @property
    def log(self) -> Path:
        return self.sockets / "log"

    def is_running(self) -> bool:
        """It removes the file when it ends."""
        return (self.data / "postmaster.pid").exists()

    def program(self, name: str) -> str:
        with open_file(self.data / "PG_VERSION") as file:  # postgres may have put anything there
            version = file.read(LONGEST_VERSION).decode().strip()
        path = Path(f"/usr/lib/postgresql/{version}/bin/{name}")
        return str(path) if path.exists() else name

    def start(self) -> None:
        """Recover up to the target and open for writing. Raises `CommandFailed`.

        Words of the command line win over all files: of the cluster's own (ALTER SYSTEM) a standby
        to wait for, an archive, an address or a library must not come alive here. Without a hot
        standby the sizes of the former server needn't be reached.
        """
        config, access, names = (
            self.sockets / name for name in ("postgresql.conf", "pg_hba.conf", "pg_ident.conf")
        )
        config.write_text("")
        access.write_text("local all all peer map=restore\n")
        names.write_text(
            "".join(f'restore "{system}" "{role}"\n' for system, role in self.logins())
        )
        for file in (config, access, names):
            file.chmod(0o644)
        self.open_sockets()
        words = {
            "config_file": config,
            "hba_file": access,
            "ident_file": names,
            "unix_socket_directories": self.sockets,
            "port": SOCKET_PORT,
            "listen_addresses": "",
            # The server that takes over archives what is written here, its timeline first.
            "archive_mode": "on" if self.is_for_good else "off",
            "archive_command": "",
            "hot_standby": "off",
            "ssl": "off",
            "synchronous_standby_names": "",
            "shared_preload_libraries": "",
            "primary_conninfo": "",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in words.items())
        begin = [self.program("pg_ctl"), "-D", str(self.data), "-l", str(self.log), "-W"]
        as_postgres([*begin, "-o", options, "start"])
        self._wait()

    def open_sockets(self) -> None:
        """Give the folder to postgres, once root has written into it: a symbolic link that a process
        of postgres put there would lead root to another file.
        """
        if os.geteuid() == 0:
            self.sockets.chmod(0o750)  # first: its owner could put a link in its place
            shutil.chown(self.sockets, "postgres", group_of(self.site_user))

    def logins(self) -> set[tuple[str, str]]:
        """Which user of the system logs in as which role: others of the site's group, such as
        nginx's, as none.
        """
        site = (self.site_user, settings.DATABASES["default"].get("USER") or self.site_user)
        own = pwd.getpwuid(os.geteuid()).pw_name  # root, or whoever runs all of it
        return {site, ("postgres", "postgres"), (own, "postgres")}

    def _wait(self) -> None:
        """Until it is open for writing. There is no limit while it recovers: a week of WAL takes
        hours. It has ended by itself where the archive doesn't reach the target.
        """
        since, has_begun = time.monotonic(), False
        while True:
            if self.is_running():
                has_begun = True
                try:
                    if self.ask("SELECT pg_is_in_recovery()") == "f":
                        return
                except CommandFailed:
                    pass
            elif has_begun or time.monotonic() - since > SECONDS_TO_BEGIN:
                raise CommandFailed(f"The restored cluster didn't open:\n{self.last_log()}")
            time.sleep(0.1)

    def ask(self, query: str, database: str = "postgres") -> str:
        program = [self.program("psql"), "-h", str(self.sockets), "-p", str(SOCKET_PORT), "-XAtq"]
        who = "postgres"
        return as_postgres([*program, "-U", who, "-d", database, "-c", query]).strip()

    def forget_past(self) -> list[str]:
        """Reset what ALTER SYSTEM and pgBackRest wrote into postgresql.auto.conf and would hold up
        the server that takes over: the target, at which a standby that is copied from it would stop,
        and its predecessor's standby. Return the names of the latter that were set.
        """
        for name in ("restore_command", *RECOVERY_TARGET):
            self.ask(f"ALTER SYSTEM RESET {name}")
        names = ", ".join(f"'{name}'" for name in OF_A_STANDBY)
        found = self.ask(
            f"SELECT DISTINCT name FROM pg_file_settings WHERE name IN ({names}) AND setting <> ''"  # noqa: S608 (names above)
            " AND sourcefile LIKE '%postgresql.auto.conf' ORDER BY name"
        ).split()
        for name in OF_A_STANDBY:
            self.ask(f"ALTER SYSTEM RESET {name}")
        return found

    def stop(self) -> None:
        as_postgres([self.program("pg_ctl"), "-D", str(self.data), "-m", "fast", "-w", "stop"])

    def full_log(self) -> str:
        """Empty where postgres, whose folder it is in, can't read it."""
        try:
            with as_user("postgres"):
                return self.log.read_text(errors="replace")
        except OSError:
            return ""

    def last_log(self) -> str:
        return "\n".join(self.full_log().splitlines()[-LAST_LINES:])


def socket_folder() -> Path:
    """A new folder with a short path (107 characters are a socket's most), for its maker alone until
    the cluster starts.
    """
    return Path(tempfile.mkdtemp(prefix="passerelle-restore-"))


def group_of(user: str) -> int:
    return pwd.getpwnam(user).pw_gid


def claim_empty_folder(path: Path, owner: str, mode: int) -> None:
    """Make it, or take it if it is empty, and give it to `owner` where we are root.

    Each folder of the path is opened below the one before and none through a symbolic link:
    postgres may have put one where its data folder was, since somebody looked, and root would give
    away what it leads to. Raises `WrongChoice`, and `OSError` for a disk that is full or fails.
    """
    folder, below = os.open(path.anchor, os.O_PATH | os.O_DIRECTORY), os.O_DIRECTORY | os.O_NOFOLLOW
    name = path.anchor
    try:
        for name in path.parts[1:]:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, 0o755, dir_fd=folder)
            above = folder
            folder = os.open(name, os.O_PATH | below, dir_fd=above)
            os.close(above)
        above = folder
        folder = os.open(".", os.O_RDONLY | below, dir_fd=above)
        os.close(above)
        if os.listdir(folder):
            raise WrongChoice(f"{path} isn't empty: nothing was restored.")
        if os.geteuid() == 0:
            user = pwd.getpwnam(owner)
            os.fchown(folder, user.pw_uid, user.pw_gid)
        os.fchmod(folder, mode)
    except OSError as error:
        if error.errno not in OF_THE_PATH:
            raise
        raise WrongChoice(
            f"{path} can't be made, or is no folder, at “{name}”: {error.strerror}. Where it is"
            " reached by a symbolic link, name the folder itself."
        ) from error
    finally:
        os.close(folder)


def restore(repository: Repository, data: Path, *, target: str | None) -> None:
    """Restore into an empty folder. `target`: a moment with its distance from UTC; None: as far as
    the archive goes.
    """
    claim_empty_folder(data, "postgres", 0o700)
    words = [f"--pg1-path={data}"]
    if target:
        words += ["--type=time", f"--target={target}", "--target-action=promote"]
    if repository.timeline:
        words.append(f"--target-timeline={repository.timeline}")
    as_postgres(repository.command(*words, "restore"))
