"""What `doctor` says of who can read what is ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keyword_assets.cli.doctor import guards
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import Sources
from keyword_assets.core.texts import use
from keyword_assets.notify.channels import open_channels
from keyword_assets_tests.cli.conftest import CommandLine


@pytest.fixture(autouse=True)
def _english() -> None:
    use("en")


def _of_files(folder: Path, **environ: str) -> list[str]:
    return list(guards.of_files(Settings.from_env(environ, folder), Sources.find(environ, folder)))


def test_what_others_can_read_is_told_with_what_to_type(open_folder: Path) -> None:
    """`.env`, the database, Dagster's storage, reports and the files of secrets; one line each."""
    for name in (".env", "chats.db", "key", "reports/a.html", "dagster/dagster.yaml", "closed/x"):
        path = open_folder / name
        path.parent.mkdir(exist_ok=True)
        path.parent.chmod(0o755)
        path.write_text("nv-key" if name == "key" else "")
        path.chmod(0o644)
    environ = {
        "KEYWORDS_DATABASE_URL": "sqlite:///chats.db",
        "HCX_API_KEY_FILE": "key",
        "KEYWORDS_REPORTS": "reports",
        "DAGSTER_HOME": "dagster",
    }

    said = _of_files(open_folder, **environ)
    for name in (".env", "chats.db", "key", "reports", "dagster"):
        (open_folder / name).chmod(0o700)

    folders = {"reports", "dagster"}
    expected = [".env", "chats.db", "dagster", "reports", "key"]
    assert [text.rpartition("Type: ")[2] for text in said] == [
        f"chmod {'-R ' if name in folders else ''}go-rwx {open_folder / name}" for name in expected
    ]
    assert _of_files(open_folder, **environ) == []


def test_what_a_setting_leaves_open_is_not_told(open_folder: Path) -> None:
    """Somebody wants it so."""
    (open_folder / ".env").write_text("")
    (open_folder / ".env").chmod(0o644)

    assert len(_of_files(open_folder)) == 1
    assert _of_files(open_folder, KEYWORDS_UMASK="022") == []


_TELL = """
import sys
from pathlib import Path
from keyword_assets.cli.doctor import guards
from keyword_assets.configuration.settings import Settings
from keyword_assets.configuration.sources import Sources
from keyword_assets.core.texts import use
use("en")
folder = Path(sys.argv[1])
print(*guards.of_files(Settings.from_env({}, folder), Sources.find({}, folder)), sep="\\n")
"""


def test_what_was_handed_in_is_changed_where_it_comes_from(open_folder: Path) -> None:
    """Mounted read-only, as containers have their secrets: no chmod is told that cannot work."""
    (open_folder / ".env").write_text("")
    (open_folder / ".env").chmod(0o444)
    mount = f"mount --bind {open_folder} {open_folder} && mount -o remount,bind,ro {open_folder}"
    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    inside = ["sh", "-ec", f'{mount} && exec "$@"', "sh", sys.executable, "-c", _TELL, str(open_folder)]

    done = subprocess.run([*alone, *inside], capture_output=True, text=True)

    if "unshare failed" in done.stderr or "permission denied" in done.stderr:
        pytest.skip("this machine lets nobody mount")
    (told,) = done.stdout.splitlines()
    assert f"read {open_folder}/.env (0444)" in told
    assert "Change them where it comes from" in told
    assert "Type:" not in told
    assert "Type: chmod" in _of_files(open_folder)[0]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("json://hook.example/x", "json"),
        ("xml://me:pw@hook.example/x", "xml"),
        ("form://hook.example", "form"),
        ("mailto://me:pw@mail.example?to=a@b.example&mode=insecure", "mailto"),
        ("mmost://chat.example/token", "mmost"),
        ("json://127.0.0.1:1/x", None),
        ("json://localhost.evil.com/x", "json"),
        ("jsons://hook.example/x", None),
        ("mailtos://me:pw@mail.example?to=a@b.example", None),
        ("slack://TokenA123/TokenB123/TokenC12345678901234567/#data", None),
        ("jsons://hook.example/x?verify=no", "verify=no"),
    ],
)
def test_a_channel_that_can_be_read_on_the_way_is_told(url: str, said: str | None) -> None:
    """Alerts name days and reasons, reports hold questions."""
    (told,) = list(guards.of_channels(open_channels([url], "KEYWORDS_ALERT_URLS", 1))) or [None]

    assert (told and said and said in told and "KEYWORDS_ALERT_URLS" in told) == (said and True)
    assert told is None or ("pw" not in told and "token" not in told.lower().replace("tokens", ""))


def test_the_way_is_told_where_it_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Allowed once for a test, and forgotten."""
    monkeypatch.setenv("HTTPS_PROXY", "http://me:s3cret@proxy.example:3128")
    environ = {"HCX_BASE_URL": "http://hcx.example/s3cret", "KEYWORDS_ALLOW_PLAIN_HTTP": "true"}

    said = list(guards.of_the_way(Settings.from_env(environ, tmp_path)))

    assert [("hcx.example" in text, "proxy.example" in text) for text in said] == [(True, False), (False, True)]
    assert "s3cret" not in "".join(said)
    monkeypatch.delenv("HTTPS_PROXY")
    assert list(guards.of_the_way(Settings.from_env({"HCX_BASE_URL": "https://hcx.example"}, tmp_path))) == []


def test_doctor_has_them_as_warnings(cli: CommandLine, monkeypatch: pytest.MonkeyPatch, open_folder: Path) -> None:
    """They are for somebody to look at, and no fault that ends a script."""
    (open_folder / ".env").write_text("HCX_MAX_RETRIES=1\n")
    (open_folder / ".env").chmod(0o604)
    monkeypatch.setenv("KEYWORDS_HOME", str(open_folder))
    monkeypatch.setenv("KEYWORDS_ALERT_URLS", "json://hook.example/x")

    checks = cli("doctor", "--json", "--lang", "en").document["checks"]

    warned = [
        (check["name"], check["message"])
        for check in checks
        if check["warning"] and check["name"] not in ("tables", "budget")
    ]
    assert any(name == "files" and f"chmod go-rwx {open_folder}/.env" in message for name, message in warned)
    assert any(name == "network" and "jsons://" in message for name, message in warned)
    assert all(check["ok"] for check in checks if check["name"] in ("files", "network"))


def test_doctor_says_how_the_way_to_the_database_is_protected(on_mysql: None, cli: CommandLine) -> None:
    """By what our end of the connection knows."""
    checks = cli("doctor", "--json", "--lang", "en").document["checks"]

    (message,) = [check["message"] for check in checks if check["name"] == "database"]
    assert "not encrypted, but it does not leave this machine" in message or "encrypted by TLS" in message
