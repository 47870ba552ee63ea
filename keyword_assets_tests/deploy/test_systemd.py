"""The files of deploy/systemd/ agree; how they do under a running systemd is tried by booted.py."""

import re
import subprocess

import pytest

from keyword_assets_tests.deploy.commands import TOP

SYSTEMD = TOP / "deploy" / "systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
TARGET = (SYSTEMD / "keyword-assets.target").read_text(encoding="utf-8")
# From here on a service says what it may not do.
_HARDENING = "UMask="


def _text(name: str) -> str:
    return (SYSTEMD / name).read_text(encoding="utf-8")


def test_the_target_starts_each_service_and_waits_for_the_end_of_each() -> None:
    """What it does not name would neither start at boot nor have ended when `systemctl stop` returns."""
    names = {service.name for service in SERVICES}

    for what in ("Wants", "Before"):
        assert {name for line in re.findall(rf"^{what}=(.*)$", TARGET, re.MULTILINE) for name in line.split()} == names
    assert {service.name for service in SERVICES if "PartOf=keyword-assets.target\n" in _text(service.name)} == names


def test_every_service_is_forbidden_the_same() -> None:
    """One that was mended alone would be the way in."""
    assert len(SERVICES) == 5
    assert len({_text(service.name).partition(_HARDENING)[2] for service in SERVICES}) == 1


def test_each_secret_of_the_services_is_asked_for_and_given_to_commands() -> None:
    """By install.sh, and by `run`."""
    (asked,) = re.findall(r"^for secret in (.*); do$", _text("install.sh"), re.MULTILINE)

    for name in ("run", *(service.name for service in SERVICES)):
        assert set(re.findall(r"LoadCredential=(\w+):/etc/keyword-assets/secrets/\1\b", _text(name))) == set(
            asked.split()
        )


@pytest.mark.parametrize("script", ["install.sh", "run"])
def test_scripts_are_such_that_a_shell_understands_them(script: str) -> None:
    """Nothing of them is run."""
    assert subprocess.run(["sh", "-n", SYSTEMD / script], check=False).returncode == 0
    assert (SYSTEMD / script).stat().st_mode & 0o111
