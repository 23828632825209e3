"""Debian's nginx with our own deploy/nginx.conf, on this machine and for one run: other ports, other folders."""

import getpass
import subprocess
from pathlib import Path
from urllib.parse import SplitResult

ROOT = Path(__file__).resolve().parent.parent
_BUFFERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_CERTIFICATE = "/etc/letsencrypt/live/chat.example.org"


def configure(folder: Path, assets: str, public: SplitResult, *, ports: tuple[int, int], web: str, live: str) -> Path:
    """Write the configuration into the folder, for these upstreams; with TLS where the public address has it.

    The ports are those of the server, and of the one that redirects to it.
    """
    site = (ROOT / "deploy/nginx.conf").read_text()
    tls = _tls(folder) if public.scheme == "https" else _WITHOUT_TLS
    for written, meant in {
        _upstream(8001, 8002): web,
        _upstream(8101, 8102): live,
        "    listen [::]:443 ssl http2;\n": "",
        "    listen [::]:80;\n": "",
        "listen 443": f"listen 127.0.0.1:{ports[0]}",
        "listen 80;": f"listen 127.0.0.1:{ports[1]};",
        '# "capacitor://localhost"': '"capacitor://localhost"',
        "/srv/chat/assets/": f"{assets}/",
        "/var/log/nginx/": f"{folder}/",
        **tls,
    }.items():
        if written not in site:
            raise RuntimeError(f"deploy/nginx.conf has no {written!r}")
        site = site.replace(written, meant)
    (folder / "site.conf").write_text(site)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in _BUFFERS)
    (folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 2;\nuser {getpass.getuser()};\npid {folder}/nginx.pid;\n"
        f"error_log {folder}/nginx.log;\nevents {{ worker_connections 8192; }}\n"
        f"http {{\ninclude /etc/nginx/mime.types;\n{temporary}include {folder}/site.conf;\n}}\n"
    )
    return folder / "nginx.conf"


def _upstream(*ports: int) -> str:
    return "\n    ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in ports)


_WITHOUT_TLS = {
    " ssl http2;": ";",
    f"    ssl_certificate {_CERTIFICATE}/fullchain.pem;\n": "",
    f"    ssl_certificate_key {_CERTIFICATE}/privkey.pem;\n": "",
}


def _tls(folder: Path) -> dict[str, str]:
    """What to replace, after a certificate was made for this run alone."""
    key, certificate = folder / "tls.key", folder / "tls.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
    command += ["-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return {f"{_CERTIFICATE}/privkey.pem": str(key), f"{_CERTIFICATE}/fullchain.pem": str(certificate)}
