"""A bare Debian 12 that boots: made by debootstrap, started by systemd-nspawn, on the network of this machine.

It installs packages as this machine does: apt and pip have its configuration, for this run alone.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chatsite import __version__

ROOT = Path(__file__).resolve().parents[2]
_BARE = "systemd-sysv,dbus,ca-certificates,debian-archive-keyring"
_TOOLS_READ = (
    "/etc/apt", "/etc/ssl/certs/ca-certificates.crt", "/usr/local/share/ca-certificates", "/etc/pip.conf",
    "/etc/xdg/pip",
)  # fmt: skip
# Of the tools that install packages: where certificates and packages are.
_TOOLS = re.compile(r"(PIP|SSL|REQUESTS|CURL)_\w+")


class Machine:
    def __init__(self, folder: Path) -> None:
        self.root, self.log = folder / "root", folder / "install.log"
        self.root.mkdir()
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> "Machine":
        subprocess.run([ROOT / "bin/packages", "debootstrap", "systemd-container"], check=True)
        self._logged(["debootstrap", "--variant=minbase", f"--include={_BARE}", "bookworm", self.root, _mirror()])
        shutil.rmtree(self.root / "etc/apt")
        for path in _TOOLS_READ:
            self._copy(Path(path))
        self._copy(Path.home() / ".config/pip", Path("/root/.config/pip"))
        self._take_the_release()
        return self

    def boot(self) -> "Machine":
        command = ["systemd-nspawn", f"--directory={self.root}", "--boot", "--register=no", "--keep-unit"]
        command += ["--console=pipe", "--resolv-conf=copy-host", *(f"--bind-ro={path}" for path in _local_packages())]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.wait_until(lambda: self.run("systemctl is-system-running", check=False).stdout.strip() == "running", 90)
        return self

    def run(self, script: str, *, check: bool = True, seconds: int = 1200) -> subprocess.CompletedProcess[str]:
        """Run a script in it, as root."""
        variables = {name: value for name, value in os.environ.items() if _TOOLS.fullmatch(name)}
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        command = ["nsenter", f"--target={self._leader()}", "--all", "env", "-i", f"PATH={path}", "HOME=/root"]
        command += ["LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", *(f"{n}={v}" for n, v in variables.items())]
        command += ["bash", "-euo", "pipefail", "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
        with self.log.open("a") as log:
            log.write(f"$ {script}\n{done.stdout}{done.stderr}[{done.returncode}]\n")
        if check and done.returncode:
            raise AssertionError(f"{script}\n{done.stdout[-3000:]}{done.stderr[-3000:]}[{done.returncode}]")
        return done

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline or (self._process and self._process.poll() is not None):
                raise AssertionError(self.log.read_text(errors="replace")[-3000:])
            time.sleep(0.2)

    def stop(self) -> None:
        if not self._process or self._process.poll() is not None:
            return
        with suppress(AssertionError, OSError, subprocess.SubprocessError):
            self.run("systemctl poweroff", check=False, seconds=30)
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            # Its init is ours to end: the whole container goes with it.
            self._process.kill()
            self._process.wait()

    def _leader(self) -> str:
        """The process id of its init, seen from outside; 0 before it is there."""
        if not self._process:
            return "0"
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return children[0] if children else "0"

    def _copy(self, source: Path, target: Path | None = None) -> None:
        inside = self.root / str(target or source).lstrip("/")
        inside.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, inside, dirs_exist_ok=True)
        elif source.exists():
            shutil.copy(source, inside)

    def _take_the_release(self) -> None:
        """The project's files into /opt, those not yet committed included, and nothing that was made of them."""
        release = Path("/opt") / f"chat-{__version__}"
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                self._copy(ROOT / name, release / name)

    def _logged(self, command: list[object]) -> None:
        with self.log.open("ab") as log:
            done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if done.returncode:
            raise AssertionError(self.log.read_text(errors="replace")[-3000:])


def _mirror() -> str:
    """Where this machine has Debian from."""
    for source in sorted(Path("/etc/apt").rglob("*.sources")) + sorted(Path("/etc/apt").rglob("*.list")):
        if found := re.search(r"^(?:URIs:|deb)\s+(?:\[.*?\]\s+)?(\S+/debian)/?\s*", source.read_text(), re.MULTILINE):
            return found[1]
    raise AssertionError("Nothing in /etc/apt says where Debian is.")


def _local_packages() -> list[str]:
    """Folders of this machine from which its pip takes packages, with what stands beside them: an index leads there."""
    pip = [sys.executable, "-m", "pip", "config", "list"]
    lines = subprocess.run(pip, capture_output=True, text=True, check=True).stdout.splitlines()
    places = " ".join(line for line in lines if re.search(r"\.(find-links|(extra-)?index-url)=", line))
    found = re.findall(r"(?:file://|['\"\s=])(/[\w/.-]+)", places.replace("\\n", " "))
    paths = {Path("/", *path.strip("/").split("/")[:2]) for path in found}
    return sorted(str(path) for path in paths if path.is_dir())
