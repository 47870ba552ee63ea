"""Proof that `db upgrade` and `db remove` never harm the service that owns the tables.

Two databases are made alike; one of them is upgraded. Whatever a writer then does, it must end alike in both: the same
error or none, the same warnings, the same stored bytes, the same description of the table. Nothing here knows how the
upgrade works.

- `pairs`: a small choice of combinations in which each two values meet
- `kinds`: tables as their owners have them
- `sessions`: the ways in which writers talk to a server
- `writes`, `changes`: what writers do to rows, and owners to tables
- `twins`: the two databases
- `matrix`: all of these together; `python -m keyword_assets_tests.harm` runs the large one
"""
