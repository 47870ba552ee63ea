"""The images of deploy/, built on this machine by podman without any image registry.

Whatever the machine needs to reach its package registries (a configuration of pip's, certificates, folders that it
names) is lent to the build by mounts, and is in no image.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from keyword_assets_tests.deploy.commands import TOP, run, say

BASE = "localhost/keyword-assets-base:bookworm"
APP = "localhost/keyword-assets:test"
PROXY = "localhost/keyword-assets-proxy:test"
DATABASE = "localhost/keyword-assets-database:test"
# A machine with systemd, made of the last.
SYSTEMD = "localhost/keyword-assets-systemd:test"
_FILES = {
    APP: "deploy/Containerfile",
    PROXY: "deploy/proxy/Containerfile",
    DATABASE: "deploy/test/Containerfile",
    SYSTEMD: "deploy/test/systemd.Containerfile",
}
# Folders in pip's configuration: by a URL, as indexes are named, or by a path.
_PLACES = re.compile(r"(file://)?(/[A-Za-z0-9._/-]+)")
_PIP = (sys.executable, "-m", "pip")
_CONFIGURED = Path("/etc/containers/containers.conf")
_LIMITS = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
# Where this machine gets its packages from.
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
# Debian's own, as small as the images that carry its name: nobody reads manuals there, and a test's need not outlive a
# power failure.
_DEBIAN = [
    "--quiet",
    "--mode=root",
    "--variant=apt",
    "--include=ca-certificates,python3,python3-venv",
    "--dpkgopt=force-unsafe-io",
    *(f"--dpkgopt=path-exclude=/usr/share/{place}/*" for place in ("doc", "man", "locale")),
    '--aptopt=Acquire::Languages "none"',
    # A mirror may be one of a day that is gone.
    '--aptopt=Acquire::Check-Valid-Until "false"',
]


def prepare(folder: Path) -> None:
    """Have podman use runc within the limits of this process, where the machine says nothing else of it."""
    if not _CONFIGURED.exists():
        limits = ",".join(f'"{name}={_limit(number)}"' for name, number in _LIMITS.items())
        settings = folder / "containers.conf"
        lines = ["[containers]", f"default_ulimits=[{limits}]", "[engine]", 'runtime="runc"']
        settings.write_text("\n".join([*lines, "[network]", 'network_backend="netavark"', ""]), encoding="utf-8")
        os.environ["CONTAINERS_CONF"] = str(settings)


def _limit(number: int) -> str:
    most = min([4096, *(limit for limit in resource.getrlimit(number) if limit != resource.RLIM_INFINITY)])
    # Both: podman's API for Docker takes one number for none.
    return f"{most}:{most}"


def try_container() -> None:
    """Run a container on a network of its own, on the base of the images.

    Raises:
        RuntimeError: this machine cannot.
    """
    network = "keyword-assets-test_try"
    base = _base()
    try:
        run("podman", "network", "create", network)
        run("podman", "run", "--rm", "--network", network, "--read-only", "--cap-drop", "ALL", base, "true")
    finally:
        subprocess.run(["podman", "network", "rm", "-f", network], capture_output=True, check=False)


def build() -> None:
    """Build the images of deploy/compose.yaml beside each other.

    They are made from `BASE` of the environment, or from a Debian that mmdebstrap makes.
    """
    base = _base()
    with ThreadPoolExecutor(2) as pool:
        # The largest first: the others are done beside it.
        list(pool.map(lambda image: build_one(image, base), (APP, PROXY, DATABASE)))


def build_one(image: str, base: str | None = None, context: Path = TOP) -> None:
    """Build one of them, also from the files of another version."""
    base = base or _base()
    say(f"building {image} from {base} ...")
    options = ["--format", "docker", "--network", "host", "--build-arg", f"BASE={base}", *_lent()]
    run("podman", "build", *options, "-t", image, "-f", str(context / _FILES[image]), str(context))
    say(f"built {image}")


def _base() -> str:
    given = os.environ.get("BASE")
    if given is None and subprocess.run(["podman", "image", "exists", BASE], check=False).returncode:
        say("making a Debian by mmdebstrap ...")
        with tempfile.TemporaryDirectory(prefix="keyword-assets-base-", dir="/var/tmp") as folder:
            archive = f"{folder}/base.tar"
            run("mmdebstrap", *_DEBIAN, "bookworm", archive, *_sources())
            run("podman", "import", "--quiet", archive, BASE)
    return given or BASE


def _sources() -> list[str]:
    """Those of this machine, if it is of the same release; else Debian's own."""
    same = _SOURCES.exists() and "bookworm" in _SOURCES.read_text(encoding="utf-8")
    return [str(_SOURCES)] if same else []


def _lent() -> list[str]:
    """Mounts for the build alone, and how it uses them."""
    configured = run(*_PIP, "config", "list")
    named = _PLACES.findall(configured)
    # An index of files leads to packages beside it.
    folders = {Path(place).parent if is_index else Path(place) for is_index, place in named}
    paths = [Path("/etc/pip.conf"), _CERTIFICATES, *sorted(folders)]
    lent = [part for path in paths if path.exists() for part in ("-v", f"{path}:{path}:ro")]
    # What .venv was made from need not be fetched and built once more.
    cache = subprocess.run([*_PIP, "cache", "dir"], capture_output=True, text=True, check=False).stdout.strip()
    if cache and Path(cache).exists():
        lent += ["-v", f"{cache}:/var/cache/pip", "--build-arg", "PIP_OPTIONS=--cache-dir=/var/cache/pip"]
        lent += ["--build-arg", "PIP_CACHE_DIR=/var/cache/pip"]
    return lent
