"""One exception per kind of mistake. Each message is one line: who, what was given, what would do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class IzhiError(Exception):
    """Base of every mistake this package reports; the command line prints it and exits with status 2."""

    def __reduce__(self) -> tuple:
        # Its text, not what it was made of, so that it comes back whole from another process.
        return _again, (type(self), str(self), {name: x for name, x in vars(self).items() if name != "given"})


class UnknownName(IzhiError, LookupError):  # noqa: N818  (it says what is wrong)
    """A name that is not in its table.

    Attributes
    ----------
    given : str
        The name that was asked for.
    nearest : str or None
        The closest valid name, if one is close.
    """

    def __init__(self, who: str, given: object, valid: Iterable[str], close: str | None = None):
        self.given = given
        names = list(valid)
        self.nearest = close or (nearest(given, names) if isinstance(given, str) else None)
        hint = f"; did you mean {self.nearest!r}?" if self.nearest else ""
        shown = ", ".join(names[:24]) + (", ..." if len(names) > 24 else "")
        super().__init__(f"{who}: no {shorten(given)}{hint} ({shown})")


class BadValue(IzhiError, ValueError):  # noqa: N818
    """A value that does not fit: of the wrong type, sign, size, shape or unit.

    Attributes
    ----------
    given : object
        The offending value.
    """

    def __init__(self, who: str, given: object, wanted: str):
        self.given = given
        self.who = who
        self.wanted = wanted
        super().__init__(f"{who}: {'nothing' if given is None else shorten(given)} given; {wanted}")


class MissingExtra(IzhiError, ImportError):  # noqa: N818
    """An optional package that the call needs is not installed."""

    def __init__(self, who: str, package: str, extra: str):
        self.given = package
        super().__init__(f"{who}: needs {package}; install it with: pip install 'izhi[{extra}]'")


class FileProblem(IzhiError, OSError):  # noqa: N818
    """A file that cannot be read, parsed or written."""

    def __init__(self, path: object, problem: str):
        self.given = path
        super().__init__(f"{path}: {problem}")


def _again(kind: type[IzhiError], text: str, fields: dict[str, object]) -> IzhiError:
    error = kind.__new__(kind)
    error.args = (text,)
    error.__dict__.update({"given": None, **fields})
    return error


def nearest(given: str, valid: Iterable[str]) -> str | None:
    """The valid name closest to `given`, or None if none is close; letter case counts only where it decides."""
    by_fold: dict[str, list[str]] = {}
    for name in valid:
        by_fold.setdefault(name.casefold(), []).append(name)
    close = get_close_matches(given.casefold(), by_fold, n=1, cutoff=0.6)
    if not close:
        return None
    return (get_close_matches(given, by_fold[close[0]], n=1, cutoff=0.0) or by_fold[close[0]])[0]


def shorten(value: object, width: int = 60) -> str:
    """`repr(value)` on one line, cut to `width` characters."""
    try:
        text = " ".join(repr(value).split())
    except (ValueError, RecursionError):  # repr of a huge int, or of a self-containing list
        text = f"<{type(value).__name__}>"
    return text if len(text) <= width else text[: width - 3] + "..."
