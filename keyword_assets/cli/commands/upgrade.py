"""`db upgrade`: what it would do and what it found, its statements as a file, and the duplicates it removes."""

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from keyword_assets import own_files
from keyword_assets.cli import options
from keyword_assets.cli.console import note
from keyword_assets.cli.documents import document
from keyword_assets.cli.exit_codes import DONE
from keyword_assets.configuration.settings import Settings
from keyword_assets.core.errors import DatabaseError, InputError
from keyword_assets.core.texts import say
from keyword_assets.sql.database.dialects import is_mysql
from keyword_assets.sql.database.engine import exists, file_of, make_engine
from keyword_assets.sql.database.faults import DatabaseFault, fault_of, waited_for_a_lock
from keyword_assets.sql.database.names import Names
from keyword_assets.sql.database.sessions import FOR_A_SCRIPT
from keyword_assets.sql.database.stored_days import StoredDays
from keyword_assets.sql.database.tables import Tables
from keyword_assets.sql.opening import require_database, stored_days
from keyword_assets.sql.schema import assumptions, dedupe, effects, migrate, rights, takeover
from keyword_assets.sql.schema.effects import Step
from keyword_assets.sql.schema.identity import Identity, row_identity
from keyword_assets.sql.schema.takeover import Findings
from keyword_assets.sql.schema.users_tables import read_tables

# What a script of ours begins with, so that a newer one may take its place.
_HEAD = "-- keyword-assets db upgrade"
# Far more than any: what is longer is none of ours.
_LONGEST_SCRIPT = 10_000_000
# Counting takes 10 to 30 s a million messages; who waits that long is told why.
_MANY_MESSAGES = 100_000


@click.command()
@click.option("--dry-run", is_flag=True, help="실행할 문장과 찾은 문제만 보여 줍니다 / only show what it would do")
@click.option(
    "--dedupe",
    "remove_duplicates",
    is_flag=True,
    help="완전히 같은 키워드 행을 파일에 적은 뒤 지웁니다 / remove exact duplicates",
)
@click.option("--dump", type=click.Path(path_type=Path), metavar="FILE.csv", help="--dedupe가 지운 행 / removed rows")
@click.option(
    "--sql", "script", type=click.Path(path_type=Path), metavar="FILE.sql", help="관리자에게 줄 문장 / script"
)
@click.option("--dagster", is_flag=True, help="Dagster 인스턴스의 MySQL 표를 넓힙니다 / widen Dagster's own tables")
@click.option("--with-dagster", is_flag=True, help="우리 표 다음에 Dagster의 표도 / ours, and then Dagster's")
@options.json
@options.lang
def upgrade(*, dry_run: bool, dagster: bool, with_dagster: bool, as_json: bool, **ours: Any) -> int:
    """Bring the database, or Dagster's, to the newest version, or show what that takes."""
    settings = Settings.from_env()
    if not dagster:
        run(settings, dry_run=dry_run, as_json=as_json, **ours)
    if dagster or with_dagster:
        from keyword_assets.orchestration.hosting.instance import widen_columns

        said = widen_columns(settings, dry_run=dry_run)
        if dagster and as_json:
            document({"dry_run": dry_run, "dagster": said})
        else:
            # The document of ours has stdout for itself.
            click.echo(said, err=as_json)
    return DONE


def run(
    settings: Settings,
    *,
    dry_run: bool = False,
    remove_duplicates: bool = False,
    script: Path | None = None,
    dump: Path | None = None,
    as_json: bool = False,
) -> None:
    """Show, or do; the arguments are the command's options.

    Raises:
        InputError: a table cannot be served, or a file is in the way; nothing was changed.
        DatabaseError: the database failed or refused a statement.
    """
    if dump and not remove_duplicates:
        raise InputError("dedupe.dump_alone")
    names = Names(settings.table_names, settings.column_names)
    url = settings.database_url
    require_database(settings, create=True)
    there = exists(url)
    # A file that is not there is not made by looking.
    engine = make_engine(url if there or not dry_run else "sqlite://", look_only=dry_run, patient=True)
    try:
        if dry_run:
            _show(engine, names, stored_days(settings), remove_duplicates, script, as_json)
        else:
            dump = dump or Path(f"keyword-duplicates-{settings.now():%Y%m%d-%H%M%S}.csv")
            dump = dump if remove_duplicates else None
            _do(engine, names, stored_days(settings), settings.now(), script, dump, as_json)
        if not there:
            # Somebody in the wrong folder learns it here; stdout is for the statements, or the document.
            note(say("database.would_make" if dry_run else "database.made", path=file_of(url)))
    finally:
        engine.dispose()


# -- showing ----------------------------------------------------------------------------------------------------------


def _show(
    engine: Engine, names: Names, days: StoredDays, remove_duplicates: bool, script: Path | None, as_json: bool
) -> None:
    # Refused before any statement is shown: those that cannot be served get none.
    tables = read_tables(engine, names, days)
    steps = effects.plan(engine, names)
    if remove_duplicates:
        row_identity(engine, tables)
    if script and steps:
        _write_script(script, engine, names, steps)
    if not as_json:
        click.echo(_statements(steps) if steps else say("upgrade.nothing"))
    messages = effects.messages_about(engine, tables)
    if messages > _MANY_MESSAGES:
        note(say("upgrade.counting", messages=messages))
    found = takeover.examine(engine, tables)
    if as_json:
        document(_document(engine, steps, found, script if steps else None))
        return
    lines = _found(found)
    if remove_duplicates and found.duplicates and found.duplicates.surplus:
        lines.append(say("dedupe.would", rows=found.duplicates.surplus))
    if script and steps:
        lines.append(say("upgrade.written", file=script))
    for line in lines:
        # The whole output can be given to the mysql client.
        click.echo(f"-- {line}")


def _document(engine: Engine, steps: Sequence[Step], found: Findings, script: Path | None) -> dict[str, Any]:
    return {
        "dry_run": True,
        "statements": [
            {
                "sql": step.statement,
                "table": step.table,
                "rows": step.size.rows,
                "bytes": step.size.bytes,
                "estimated_seconds": round(step.seconds, 1),
                "locks": step.locks,
            }
            for step in steps
        ],
        "found": asdict(found),
        "file": str(script) if script else None,
    }


def _statements(steps: Sequence[Step]) -> str:
    """Statements that the mysql client takes, each under a remark on what it means."""
    return "\n\n".join(f"-- {_remark(step)}\n{step.statement};" for step in steps)


def _remark(step: Step) -> str:
    if step.work in ("index", "copy") and step.size.rows:
        takes = say("upgrade.takes", seconds=max(1, round(step.seconds)), rows=step.size.rows, mb=step.size.bytes / 1e6)
    else:
        takes = say("upgrade.at_once")
    return f"{takes} {say(f'upgrade.locks_{step.locks}')}"


def _found(found: Findings) -> list[str]:
    lines = [say("found.absent", table=table) for table in found.absent]
    lines += [
        say("doctor.columns", table=table, columns=", ".join(columns))
        for table, columns in found.missing_columns.items()
    ]
    lines += [
        say("found.no_index", table=index.table, column=index.column, statement=index.statement)
        for index in found.missing_indexes
    ]
    if found.duplicates and found.duplicates.groups:
        lines.append(say("found.duplicates", groups=found.duplicates.groups, surplus=found.duplicates.surplus))
    for name in ("without_question", "wrong_counts"):
        if rows := getattr(found, name):
            lines.append(say(f"found.{name}", rows=rows))
    if found.unknown_category_rows:
        rows, ids = found.unknown_category_rows, found.unknown_category_ids
        lines.append(say("found.unknown_categories", rows=rows, ids=ids))
    return [say("found.title"), *lines] if lines else [say("found.nothing")]


# -- doing ------------------------------------------------------------------------------------------------------------


def _do(
    engine: Engine, names: Names, days: StoredDays, now: datetime, script: Path | None, dump: Path | None, as_json: bool
) -> None:
    # Before anything is changed.
    identity = row_identity(engine, Tables(names)) if dump else None
    changed = _upgrade(engine, names, script)
    if not as_json:
        click.echo(say("upgrade.done" if changed else "upgrade.nothing"))
        if changed:
            for remark in assumptions.remarks(engine, read_tables(engine, names, days), now):
                click.echo(f"- {say(remark.key, **remark.params)}")
    removed = dedupe.Removed(0, None)
    if dump and identity:
        removed = _remove(engine, read_tables(engine, names, days), identity, dump)
    if as_json:
        file = str(removed.file) if removed.file else None
        document({"dry_run": False, "changed": changed, "removed": removed.rows, "file": file})
    elif dump:
        click.echo(say("dedupe.done" if removed.rows else "dedupe.none", rows=removed.rows, file=removed.file))


def _remove(engine: Engine, tables: Tables, identity: Identity, dump: Path) -> dedupe.Removed:
    """Remove duplicates; whoever stops it half-way is told where the rows are, too."""
    there = dump.exists()
    try:
        return dedupe.remove_duplicates(engine, tables, identity, dump)
    except BaseException:
        if dump.exists() and not there:
            click.echo(say("dedupe.partly", file=dump), err=True)
        raise


def _upgrade(engine: Engine, names: Names, script: Path | None) -> bool:
    """Upgrade; what the account may not do is written to a file instead.

    Raises:
        DatabaseError: the server refused. Also for want of rights, because some statements may have been run.
    """
    try:
        return migrate.upgrade(engine, names)
    except DatabaseError as error:
        cause = error.__cause__
        if not isinstance(cause, DBAPIError):
            raise
        if waited_for_a_lock(cause):
            raise DatabaseError("upgrade.busy", seconds=migrate.LOCK_WAIT_SECONDS) from error
        # Without a statement it was the connection that was refused: no script helps there.
        if fault_of(cause) is not DatabaseFault.DENIED or cause.statement is None:
            raise
        script = script or Path(f"keyword-assets-upgrade-{migrate.HEAD}.sql")
        _write_script(script, engine, names, effects.plan(engine, names))
        raise DatabaseError("upgrade.no_rights", file=script, reason=error.params.get("reason", "")) from error


def _write_script(path: Path, engine: Engine, names: Names, steps: Sequence[Step]) -> None:
    """The statements for somebody else to run; takes the place of an older script of ours, and of nothing else."""
    lines = [f"{_HEAD} {migrate.HEAD}", *(f"-- {line}" for line in say("upgrade.script").splitlines())]
    if is_mysql(engine.dialect):
        lines += ["SET NAMES utf8mb4;", f"{FOR_A_SCRIPT};"]
        lines += [f"SET SESSION lock_wait_timeout = {migrate.LOCK_WAIT_SECONDS};"]
    try:
        if os.path.lexists(path) and not (own_files.read(path, _LONGEST_SCRIPT) or b"").startswith(_HEAD.encode()):
            raise InputError("upgrade.file_exists", file=path)
        with own_files.replacing(path) as unfinished:
            text = "\n".join(lines) + f"\n\n{_statements(steps)}\n{_grants(engine, names)}"
            unfinished.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError("upgrade.file_unwritable", file=path, reason=error.strerror) from error


def _grants(engine: Engine, names: Names) -> str:
    """What the account needs; as remarks, because for whom it is the administrator's to say."""
    if not is_mysql(engine.dialect):
        return ""
    return "\n" + "".join(f"-- {one.statement};\n" for one in rights.needed(engine.dialect, Tables(names)))
