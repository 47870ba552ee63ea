"""`answers forget`: what was kept of an answer is taken back, and its questions are open again."""

import click

from keyword_assets import privacy
from keyword_assets.cli import options
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import InputError
from keyword_assets.core.foreign import visible
from keyword_assets.core.texts import say
from keyword_assets.sql.classifying.forget import Forgetting, TakenBack
from keyword_assets.sql.opening import open_store

# So many of the texts are named, each by its beginning; the document has them all.
_NAMED, _NAMED_CHARS = 20, 60


@click.command()
@click.argument("text", metavar="[TEXT]", required=False)
@click.option("--keyword", metavar="K", help="이 키워드가 든 답 모두 / every answer that has this keyword")
@click.option("--dry-run", is_flag=True, help="바꾸지 않고 세기만 합니다 / only count, change nothing")
@options.json
@options.lang
def forget(text: str | None, keyword: str | None, dry_run: bool, as_json: bool) -> int:
    """Take back what was kept of answers, and the rows that were written from it."""
    _forget(Settings.from_env(), text, keyword, dry_run=dry_run, as_json=as_json)
    return DONE


def _forget(settings: Settings, text: str | None, keyword: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Take back, or show.

    Raises:
        InputError: neither a text nor a keyword was named, or both.
    """
    named = (text or keyword or "").strip()
    if (text is None) == (keyword is None) or not named:
        raise InputError("forget.which")
    with open_store(settings, look_only=dry_run) as store:
        work = Forgetting(store.engine, store.tables, privacy.sent(settings.mask), dry_run=dry_run)
        done = work.text(text) if text is not None else work.keyword(named)
    mask = privacy.shown(settings.mask)
    if as_json:
        document(
            {
                "dry_run": dry_run,
                "answers": done.answers,
                "rows": done.rows,
                "rows_of_others": done.others,
                **({"corrected": done.corrected} if done.corrected else {}),
                "days": [day.isoformat() for day in done.days],
                "texts": sorted(mask(one) for one in done.texts),
            }
        )
        return
    for one in sorted(done.texts)[:_NAMED]:
        click.echo(f"- {visible(mask(one), _NAMED_CHARS)}")
    click.echo(_words(done, dry_run))


def _words(done: TakenBack, dry_run: bool) -> str:
    if not done.answers and not done.rows:
        return say("forget.nothing")
    counts = {"answers": done.answers, "rows": done.rows, "texts": len(done.texts), "days": len(done.days)}
    lines = [say("forget.would" if dry_run else "forget.done", **counts)]
    if done.corrected:
        lines.append(say("forget.corrected", texts=done.corrected))
    if done.others:
        lines.append(say("forget.others", rows=done.others))
    if done.days and not dry_run:
        lines.append(say("forget.next", start=done.days[0], end=done.days[-1]))
    return "\n".join(lines)
