"""A PostgreSQL server of the tests' own: its data in a folder that goes with it, reached by a socket in that folder alone, run
by a user without rights."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER, OFFICE = "postgres", "guiju"
"""Who makes ledgers, and who keeps them."""
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "40",
    "restart_after_crash": "off",
    "timezone": "UTC",
}


def programs() -> Path | None:
    """The folder of the newest server that is installed, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("postgres")
    return Path(named).resolve().parent if named else None


class Server:
    """One that runs. `folder` is its own; `durable` where its files are to outlive the machine, not only itself."""

    def __init__(self, folder: Path, bin_: Path, *, durable: bool) -> None:
        self._data, self._socket, self._bin = folder / "data", folder, bin_
        self._as = _unprivileged()
        if self._as:
            os.chown(folder, *self._as)
        self._run("initdb", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-k")
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
            settings.write(f"fsync = {'on' if durable else 'off'}\n")
            settings.write(f"unix_socket_directories = '{self._socket}'\n")
        self.start()

    def url(self, database: str = "postgres", user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={self._socket}"

    def cleared(self, database: str) -> str:
        """The database, with nothing in it. It is not made anew: that is three hundred files each time."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchall():
                connection.execute(f"CREATE DATABASE {database}".encode())
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS guiju, public CASCADE")
            connection.execute("CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC")
        return database

    def start(self) -> None:
        """Returns when it answers; after a crash it first goes through its log."""
        until = time.monotonic() + 60
        while True:
            # What a killed server leaves running keeps the next one from starting for a moment.
            self._process = self._started()
            while self._process.poll() is None:
                if self._answers():
                    return
                time.sleep(0.02)
            if time.monotonic() > until:
                raise RuntimeError((self._socket / "log").read_text(encoding="utf-8", errors="replace")[-2000:])
            time.sleep(0.1)

    def kill(self, *, whole: bool) -> None:
        """kill -9 of the postmaster, and of the processes it has started where the `whole` is to go at once."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split() if whole else []
        for one in (pid, *map(int, children)):
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:  # it had ended
                continue
        self._process.wait()

    def runs_as(self) -> int:
        """The user, by number."""
        return Path(f"/proc/{self._process.pid}").stat().st_uid

    def stop(self) -> None:
        """At once: nothing of it is needed any more."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(60)

    def _started(self) -> subprocess.Popen[bytes]:
        with (self._socket / "log").open("ab") as log:
            command = [self._bin / "postgres", "-D", self._data]
            return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", **self._who())

    def _answers(self) -> bool:
        command = [self._bin / "pg_isready", "-q", "-h", self._socket]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, program: str, *args: str) -> None:
        command = [self._bin / program, "-D", self._data, *args]
        subprocess.run(command, check=True, capture_output=True, cwd="/", **self._who())

    def _who(self) -> dict[str, int]:
        return {"user": self._as[0], "group": self._as[1]} if self._as else {}


def _unprivileged() -> tuple[int, int] | None:
    """Whom root runs a server as; None for anybody else, who runs it as themselves."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    who = known.get(OWNER) or known["nobody"]
    return who.pw_uid, who.pw_gid


@contextmanager
def running(bin_: Path, *, durable: bool = False) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="guiju-pg-", dir="/tmp"))  # a socket's path is short
    try:
        server = Server(folder, bin_, durable=durable)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
