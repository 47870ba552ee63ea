import gc

# Itself, and not what answers in its place meanwhile.
from gc import get_freeze_count
from importlib import import_module
from pathlib import Path

import pytest

from keyword_assets.cli.loads import loading


def test_what_was_loaded_is_kept_out_of_every_later_look_for_garbage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dagster's modules are a million objects; what a command makes besides is little."""
    (tmp_path / "made_for_loading.py").write_text("MANY = [[] for _ in range(1000)]\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = get_freeze_count()

    with loading():
        assert not gc.isenabled()
        import_module("made_for_loading")

    assert gc.isenabled()
    assert get_freeze_count() > before + 1000


def test_garbage_is_kept_for_nobody_when_all_was_loaded_before() -> None:
    """A step loads Dagster each time it is taken; what came since the last one can still be given back."""
    before = get_freeze_count()

    with loading():
        pass

    assert get_freeze_count() <= before
