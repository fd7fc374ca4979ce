"""Formulas as statements of NMODL: each is computed once, in its order, with a name where it is needed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from izhi.bridge.nmodl_terms import COMPARISONS, NEGATE, NUMBER, POWER, SELECT, SUMS, SYMBOL, Term, uses

_SUM, _PRODUCT, _ALONE = 1, 2, 3


def statements(results: Mapping[str, Term]) -> tuple[list[str], list[str]]:
    """The local names, and the lines that assign each result to its variable.

    All results are of the values that the variables have before: none is assigned before it was read for the last time.
    """
    writer = _Writer(results)
    return writer.local, writer.lines


class _Writer:
    """Writes the statements of some results."""

    def __init__(self, results: Mapping[str, Term]) -> None:
        self.local: list[str] = []
        self.lines: list[str] = []
        self.names: dict[Term, str] = {}
        self.results = {name: term for name, term in results.items() if term.text != name}
        self.count = uses(self.results.values())
        own = set(self.results.values())
        for term, n in self.count.items():
            if term.operation in COMPARISONS or term.is_leaf:
                continue
            if n > 1 or (n and (term in own or term.operation == SELECT)):
                self._name(term)
        self._assign_results()

    def _name(self, term: Term) -> None:
        """Give a term a local name, and write what it is."""
        if term in self.names:
            return
        together = [term]
        if term.operation == SELECT:  # those of one condition are chosen together, if none is made of another
            together = [t for t in self.count if self._is_alike(t, term)]
        names = {t: self._fresh(_hint(t)) for t in together}
        self._write({name: t for t, name in names.items()})
        self.names |= names

    def _is_alike(self, one: Term, term: Term) -> bool:
        """Whether a choice can be made with another: it is needed by name, by the same condition, and can be known."""
        if one is term:
            return True
        if one.operation != SELECT or one.parts[0] is not term.parts[0] or one in self.names or not self.count[one]:
            return False
        return all(self._is_known(part) for part in one.parts)

    def _is_known(self, term: Term) -> bool:
        """Whether all that must have a name in a term has one."""
        if term in self.names or term.is_leaf:
            return True
        if term.operation == SELECT or (self.count[term] > 1 and term.operation not in COMPARISONS):
            return False
        return all(self._is_known(part) for part in term.parts)

    def _fresh(self, hint: str) -> str:
        k = 1
        while f"{hint}{k}" in self.local:
            k += 1
        self.local.append(f"{hint}{k}")
        return self.local[-1]

    def _assign_results(self) -> None:
        """Write the results, those of one condition together, each after the last that reads its variable."""
        left = dict(self.results)
        while left:
            groups = _by_condition({name: t for name, t in left.items() if t not in self.names}) + [
                {name: t} for name, t in left.items() if t in self.names
            ]
            group = next((g for g in groups if not any(self._reads(t, set(g)) for n, t in left.items() if n not in g)
                          and self._in_order(g)), None)  # fmt: skip
            if group is None:  # each reads another's variable: one is put aside
                name, term = next((n, t) for n, t in left.items() if t not in self.names)
                self._name(term)
                continue
            self._write(self._in_order(group) or group)
            for name in group:
                del left[name]

    def _in_order(self, group: Mapping[str, Term]) -> dict[str, Term] | None:
        """The same, ordered so that no variable is assigned before it is read; None if there is no such order."""
        rest, found = dict(group), {}
        while rest:
            free = [n for n in rest if not any(self._reads(t, {n}) for m, t in rest.items() if m != n)]
            if not free:
                return None
            found[free[0]] = rest.pop(free[0])
        return found

    def _reads(self, term: Term, variables: set[str]) -> bool:
        """Whether what is still to be written of a term reads one of these variables."""
        if term in self.names:
            return False
        if term.operation == SYMBOL:
            return term.text in variables
        return any(self._reads(part, variables) for part in term.parts)

    def _write(self, group: Mapping[str, Term]) -> None:
        first = next(iter(group.values()))
        if first.operation != SELECT or first in self.names:
            self.lines += [f"{name} = {self.text(term)}" for name, term in group.items()]
            return
        self.lines.append(f"if ({self.text(first.parts[0])}) {{")
        self.lines += [f"\t{n} = {self.text(t.parts[1])}" for n, t in group.items() if t.parts[1].text != n]
        other = [f"\t{n} = {self.text(t.parts[2])}" for n, t in group.items() if t.parts[2].text != n]
        self.lines += ["} else {", *other, "}"] if other else ["}"]

    def text(self, term: Term, within: int = 0, right: bool = False) -> str:
        """A term as NMODL has it, in brackets where the order of evaluation asks for them."""
        if term in self.names:
            return self.names[term]
        if term.operation in (SYMBOL, NUMBER):
            return term.text
        if term.operation == POWER:
            return f"pow({self.text(term.parts[0])}, {_EXPONENTS[term.parts[1].text]})"
        if term.operation == NEGATE:
            return f"(-{self.text(term.parts[0], _ALONE)})"
        a, b = term.parts
        if term.operation in COMPARISONS:
            return f"{self.text(a)} {term.operation} {self.text(b)}"
        binds = _SUM if term.operation in SUMS else _PRODUCT
        gap = " " if binds == _SUM else ""
        text = f"{self.text(a, binds)}{gap}{term.operation}{gap}{self.text(b, binds, right=True)}"
        return f"({text})" if binds < within or (right and binds == within) else text


# What has later values within a step.
_VARIABLES = ("V", "u", "w", "b")
# Exponents as variables: of one that it can read, a compiler makes products, which round differently.
_EXPONENTS = {"2": "square", "3": "cube"}


def _by_condition(results: Mapping[str, Term]) -> list[dict[str, Term]]:
    """Results that are choices by one condition together, all others by themselves."""
    groups: dict[object, dict[str, Term]] = {}
    for name, term in results.items():
        groups.setdefault(term.parts[0] if term.operation == SELECT else name, {})[name] = term
    return list(groups.values())


def _hint(term: Term) -> str:
    """What a local name begins with: the variable that the term is a later value of, if it is of one."""
    while term.parts:
        if term.operation not in (*SUMS, SELECT):
            return "x"
        term = term.parts[2] if term.operation == SELECT else term.parts[0]
    return term.text if term.operation == SYMBOL and term.text in _VARIABLES else "x"


def procedure(name: str, local: Sequence[str], lines: Sequence[str]) -> list[str]:
    """A PROCEDURE of these statements."""
    declared = [f"\tLOCAL {', '.join(local)}"] if local else []
    return [f"PROCEDURE {name}() {{", *declared, *(f"\t{line}" for line in lines), "}"]
