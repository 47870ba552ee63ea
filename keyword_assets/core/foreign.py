"""Foreign text: what a message, a model, a server or another program wrote, made fit to be shown in one line.

Such a text may hold what a terminal obeys (ESC, C1), what turns its neighbours round (bidirectional controls), what
hides (zero-width, tag and filler characters) and what begins a new line in a log. Whatever is shown of it, on the
console, in logs, alerts, reports or the UI, comes through here; what goes into a message also through `defused`.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Any

# Letters and marks by their category, though nobody sees them (Unicode: Default_Ignorable_Code_Point).
_UNSEEN = (
    "\u034f"  # combining grapheme joiner
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
    "\u17b4\u17b5"  # Khmer inherent vowels
    "\u180b-\u180d\u180f"  # Mongolian variation selectors
    "\U000e0100-\U000e01ef"  # variation selectors of ideographs, which can carry whole texts
)
_IGNORABLE = re.compile(f"[{_UNSEEN}]")
# Letters that people type where a blank would be cut off.
_FILLERS = re.compile("[\u3164\uffa0]")
# Emoji are put together with it: a family is its members and what joins them.
_JOINED_EMOJI = re.compile(
    "(?<=[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff])"
)
_OTHER_BLANK = re.compile(r"[^\S\n\t]")
_LINE_BREAK = re.compile("\r\n|[\n\r\u2028\u2029]")

# Each begins a new cell or a formula of its own somewhere.
_FORMULA_BREAKS = ("\t", "\r", "\n")

# What calls people, links, or is markup in some channel: `@everyone`, `<!channel>`, `#general`, `[text](address)`,
# HTML and its entities, code, tables, emphasis. Full-width, they are read the same and do nothing.
_DOES_SOMETHING = str.maketrans("@<>#&[]`|*", "＠＜＞＃＆［］｀｜＊")
# And these where they do it: strikethrough and emphasis next to a word, an address by the dot before its letters, that
# of a number with a path after it by all of its dots, a scheme by the colon and the slashes after it, an escape before
# a sign. `3.5`, `10:30`, `127.0.0.1` and `snake_case` stay.
_WHERE_IT_DOES = (
    re.compile(r"~(?=\S)|(?<=\S)~"),
    re.compile(r"(?<![^\W_])_+(?=\S)|(?<=\S)_+(?![^\W_])|__+"),
    re.compile(r"(?<=[^\s.])\.(?=[^\W\d_])"),
    re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?=(?::\d+)?[/?＃])"),
    re.compile(r"(?<=[A-Za-z]):(?=\S)"),
    re.compile(r"//+"),
    re.compile(r"\\(?=[^\w\s])"),
)
_FULL_WIDTH = str.maketrans("~_.:/\\", "～＿．：／＼")


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8: escapes of YAML and JSON can spell half a character."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def visible(text: str, most: int | None = None) -> str:
    """The text in one line of which every character can be seen.

    Each run of white space becomes one blank. Characters that control, turn or hide, halves of surrogate pairs and code
    points that mean nothing to Unicode become their escapes (`\\u202e`), so that a reader knows that they are there.

    Args:
        text: anything.
        most: at most so many characters, the last an ellipsis where more was there; None for all.
    """
    # A text of megabytes is not gone through for the sake of its first line.
    seen = text if most is None else text[: 4 * most + 4]
    whole = len(seen) == len(text)
    seen = _escaped(" ".join(seen.split()))
    if most is None or (whole and len(seen) <= most):
        return seen
    return f"{seen[: most - 1]}…"


def visible_lines(text: str) -> str:
    """The same for what may have several lines, in a cell of a table or a traceback: its lines and blanks stay."""
    if _is_plain(text):
        return text
    lines = _LINE_BREAK.split(text)
    return "\n".join("\t".join(map(_escaped, _OTHER_BLANK.sub(" ", line).split("\t"))) for line in lines)


def visible_line(text: str) -> str:
    """The same in one line whose blanks stay: two of them in a path are two."""
    return visible_lines(text).replace("\n", " ").replace("\t", " ")


def defused(text: str, most: int | None = None) -> str:
    """The text as it may stand in a message: visible, and nothing in it calls anybody, links anywhere or is markup.

    Defusing it again changes nothing. `most` is as with `visible`.
    """
    seen = visible(text, most).translate(_DOES_SOMETHING)
    for what in _WHERE_IT_DOES:
        seen = what.sub(lambda found: found[0].translate(_FULL_WIDTH), seen)
    return seen


def json_text(value: Any, *, ascii_only: bool = False, indent: int | None = None) -> str:
    """The value in JSON that is safe to look at: what `visible` escapes is escaped as JSON does it; the data stay."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    # Line breaks are those of the indentation: in strings they are escaped already.
    return "\n".join(_escaped(line, _json_escape) for line in text.split("\n"))


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take a cell with this text for a formula, and run what somebody wrote in a message.

    By its first character, in whichever width: Excels of East Asia take those, too. What stands before it and is blank
    or hidden may be left out by whoever reads the file.
    """
    first = next((char for char in text if not char.isspace() and _is_seen(char)), "")
    return text[:1] in _FORMULA_BREAKS or (bool(first) and unicodedata.normalize("NFKC", first)[0] in "=+-@")


def has_unseen(text: str) -> bool:
    """Whether a text holds characters that `visible` would escape; white space counts where it is no plain blank."""
    without_joins = _JOINED_EMOJI.sub("", text)
    return not without_joins.isprintable() or _IGNORABLE.search(without_joins) is not None


def seen_only(text: str) -> str:
    """The text without what controls, turns or hides, for whoever reads more of it than a person sees.

    White space stays, and what only looks like it becomes a blank.
    """
    text = _FILLERS.sub(" ", text)
    if _is_plain(text):
        return text
    # By the characters that are in it: even a text of a megabyte has few. The pieces are put together by joins again.
    gone = {ord(char): None for char in set(text) if not char.isspace() and _hides(char)}
    return "\u200d".join(piece.translate(gone) for piece in _JOINED_EMOJI.split(text)) if gone else text


def _hides(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf") or _IGNORABLE.match(char) is not None


def _is_plain(text: str) -> bool:
    """Whether nothing in it is to be made fit; a blank is the only white space in it."""
    return text.isprintable() and not _IGNORABLE.search(text)


def _escaped(text: str, escape: Callable[[str], str] | None = None) -> str:
    if _is_plain(text):
        return text
    joins = {match.start() for match in _JOINED_EMOJI.finditer(text)}
    escape = escape or _escape
    return "".join(char if at in joins or _is_seen(char) else escape(char) for at, char in enumerate(text))


def _is_seen(char: str) -> bool:
    return char.isprintable() and not _IGNORABLE.match(char)


def _escape(char: str) -> str:
    point = ord(char)
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


def _json_escape(char: str) -> str:
    # Beyond the first plane JSON has both halves of a pair.
    return _escape(char) if char <= "\uffff" else json.dumps(char)[1:-1]
