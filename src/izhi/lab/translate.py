"""Plain Python functions as JavaScript: the declared equations and schemes run in a browser without being retyped.

Only what equations and schemes are written in is known: arithmetic, comparisons, branches, loops, tuples, and arrays of
numbers. Operations keep their order, so the numbers of both languages, which are the same doubles, agree to the last
bit wherever both round by the standard; `pow`, `exp` and `sin` are each language's own.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from izhi.equations.ops import one, power

# What is not translated but named: Python's function, and JavaScript's.
_NAMED: dict[Any, str] = {
    power: "Math.pow",
    one: "unit",
    abs: "Math.abs",
    max: "Math.max",
    min: "Math.min",
    math.sqrt: "Math.sqrt",
    math.sin: "Math.sin",
    math.exp: "Math.exp",
    math.isnan: "Number.isNaN",
    math.floor: "Math.floor",
    np.zeros: "zeros",
}
_BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.BitOr: "|", ast.BitAnd: "&", ast.BitXor: "^",
    ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
_COMPARE = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "===", ast.NotEq: "!==", ast.Is: "===",
    ast.IsNot: "!==",
}  # fmt: skip

# What translated functions call: arrays of numbers with one index or two.
RUNTIME = """\
const unit = () => 1;
class Grid {
  constructor(rows, columns, data) {
    this.shape = [rows, columns];
    this.columns = columns;
    this.data = data ?? new Float64Array(rows * columns);
  }
}
const zeros = (size) => (Array.isArray(size) ? new Grid(size[0], size[1]) : new Float64Array(size));
"""


class Untranslatable(TypeError):  # noqa: N818  (it says what is wrong)
    """Something in a function that there is no JavaScript for."""


class Translation:
    """A growing piece of JavaScript: each function once, after those that it calls.

    Examples
    --------
    >>> from izhi.equations.ops import minimum
    >>> out = Translation()
    >>> name = out.function(minimum)
    >>> print(out.text)
    function minimum(a, b) {
      return a < b ? a : b;
    }
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._by_text: dict[str, str] = {}
        self._by_identity: dict[int, tuple[Any, str]] = {}
        self._taken: set[str] = set()

    @property
    def text(self) -> str:
        return "\n".join(self.pieces)

    def function(self, function: Callable) -> str:
        """Translate a function and all that it reaches; returns its name in JavaScript."""
        known = self._by_identity.get(id(function))
        if known is not None:
            return known[1]
        if function in _NAMED:
            return _NAMED[function]
        if not isinstance(function, FunctionType):
            raise Untranslatable(f"{function!r} has no JavaScript")
        writer = _Writer(self, function)
        head, body = writer.signature(), writer.body()
        return self._once(function.__name__, lambda name: f"function {name}{head} {{\n{body}\n}}", function)

    def array(self, values: np.ndarray) -> str:
        """A table of numbers; returns its name."""
        numbers = f"Float64Array.of({', '.join(map(_number, values.ravel().tolist()))})"
        if values.ndim == 2:
            numbers = f"new Grid({values.shape[0]}, {values.shape[1]}, {numbers})"
        return self._once("table", lambda name: f"const {name} = {numbers};", values)

    def _once(self, wanted: str, piece: Callable[[str], str], owner: Any) -> str:
        """Add a piece under a free name, unless the same text is there already."""
        wanted = {"<lambda>": "numbers"}.get(wanted, wanted.lstrip("_"))
        key = piece("")
        name = self._by_text.get(key)
        if name is None:
            name, k = wanted, 1
            while name in self._taken:
                k += 1
                name = f"{wanted}{k}"
            self._taken.add(name)
            self._by_text[key] = name
            self.pieces.append(piece(name))
        self._by_identity[id(owner)] = (owner, name)
        return name


def _number(x: float) -> str:
    if isinstance(x, float):
        if math.isnan(x):
            return "NaN"
        if math.isinf(x):
            return "Infinity" if x > 0 else "-Infinity"
    return repr(x)


@cache
def _module(path: str) -> ast.Module:
    return ast.parse(Path(path).read_text(encoding="utf-8"))


def _node(function: FunctionType) -> ast.FunctionDef | ast.Lambda:
    """Where a function stands in the source."""
    code = function.__code__
    for node in ast.walk(_module(code.co_filename)):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name and node.lineno == code.co_firstlineno:
            return node
        if isinstance(node, ast.Lambda) and code.co_name == "<lambda>" and node.lineno == code.co_firstlineno:
            return node
    raise Untranslatable(f"no source of {function.__qualname__}")


class _Writer(ast.NodeVisitor):
    """Writes one function."""

    def __init__(self, translation: Translation, function: FunctionType) -> None:
        self.translation, self.function, self.node = translation, function, _node(function)
        self.arguments = [a.arg for a in self.node.args.args]
        self.locals = set(function.__code__.co_varnames) - set(self.arguments)
        free = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        self.enclosed = {name: cell.cell_contents for name, cell in free}

    def signature(self) -> str:
        return f"({', '.join(self.arguments)})"

    def body(self) -> str:
        if isinstance(self.node, ast.Lambda):
            return f"  return {self.visit(self.node.body)};"
        lines = [f"  let {', '.join(sorted(self.locals))};"] if self.locals else []
        return "\n".join([*lines, *self.block(self.node.body, 1)])

    def block(self, statements: list[ast.stmt], depth: int) -> list[str]:
        lines: list[str] = []
        for statement in statements:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # a docstring
            lines += self.statement(statement, depth)
        return lines

    def statement(self, s: ast.stmt, depth: int) -> list[str]:
        pad = "  " * depth
        match s:
            case ast.Return():
                return [f"{pad}return {self.visit(s.value)};" if s.value else f"{pad}return;"]
            case ast.Assign(targets=targets):
                value = self.visit(s.value)
                return [f"{pad}{' = '.join(self.visit(t) for t in targets)} = {value};"]
            case ast.AugAssign():
                return [f"{pad}{self.visit(s.target)} {_BINARY[type(s.op)]}= {self.visit(s.value)};"]
            case ast.Expr():
                return [f"{pad}{self.visit(s.value)};"]
            case ast.If():
                lines = [f"{pad}if ({self.visit(s.test)}) {{", *self.block(s.body, depth + 1)]
                if s.orelse:
                    lines += [f"{pad}}} else {{", *self.block(s.orelse, depth + 1)]
                return [*lines, f"{pad}}}"]
            case ast.While(orelse=[]):
                return [f"{pad}while ({self.visit(s.test)}) {{", *self.block(s.body, depth + 1), f"{pad}}}"]
            case ast.For(orelse=[]):
                return [f"{pad}{self.loop(s)} {{", *self.block(s.body, depth + 1), f"{pad}}}"]
            case ast.Break():
                return [f"{pad}break;"]
            case ast.Continue():
                return [f"{pad}continue;"]
        raise Untranslatable(f"{self.function.__qualname__}: {ast.unparse(s)}")

    def loop(self, s: ast.For) -> str:
        each = self.visit(s.target)
        if isinstance(s.iter, ast.Call) and isinstance(s.iter.func, ast.Name) and s.iter.func.id == "range":
            limits = [self.visit(a) for a in s.iter.args]
            first, last, by = [["0", *limits, "1"], [*limits, "1"], limits][len(limits) - 1]
            return f"for ({each} = {first}; {each} < {last}; {each} += {by})"
        return f"for ({each} of {self.visit(s.iter)})"

    def visit_Name(self, node: ast.Name) -> str:
        name = node.id
        if name in self.arguments or name in self.locals:
            return name
        if name in self.enclosed:
            return self.value(self.enclosed[name], name)
        if name in self.function.__globals__:
            return self.value(self.function.__globals__[name], name)
        builtin = __builtins__[name] if isinstance(__builtins__, dict) else getattr(__builtins__, name)
        return self.value(builtin, name)

    def value(self, value: Any, name: str) -> str:
        """Something that the function finds around it."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return _number(value)
        if isinstance(value, np.ndarray):
            return self.translation.array(value)
        if callable(value):
            return self.translation.function(value)
        raise Untranslatable(f"{self.function.__qualname__}: {name} = {value!r}")

    def visit_Attribute(self, node: ast.Attribute) -> str:
        if isinstance(node.value, ast.Name):
            owner = self.function.__globals__.get(node.value.id)
            if isinstance(owner, ModuleType):
                return self.value(getattr(owner, node.attr), node.attr)
        if node.attr == "size":
            return f"{self.visit(node.value)}.length"
        return f"{self.visit(node.value)}.{node.attr}"

    def visit_Constant(self, node: ast.Constant) -> str:
        if node.value is None:
            return "null"
        return self.value(node.value, "constant")

    def visit_Tuple(self, node: ast.Tuple) -> str:
        return f"[{', '.join(self.visit(e) for e in node.elts)}]"

    def visit_Starred(self, node: ast.Starred) -> str:
        return f"...{self.visit(node.value)}"

    def visit_Subscript(self, node: ast.Subscript) -> str:
        array = self.visit(node.value)
        if isinstance(node.slice, ast.Tuple):
            row, column = (self.visit(e) for e in node.slice.elts)
            return f"{array}.data[({row}) * {array}.columns + ({column})]"
        return f"{array}[{self.visit(node.slice)}]"

    def visit_Call(self, node: ast.Call) -> str:
        if node.keywords:
            raise Untranslatable(f"{self.function.__qualname__}: {ast.unparse(node)}")
        return f"{self.visit(node.func)}({', '.join(self.visit(a) for a in node.args)})"

    def visit_BinOp(self, node: ast.BinOp) -> str:
        left, right = self.operand(node.left), self.operand(node.right)
        if isinstance(node.op, ast.FloorDiv):
            return f"Math.floor({left} / {right})"
        if type(node.op) not in _BINARY:
            raise Untranslatable(f"{self.function.__qualname__}: {ast.unparse(node)}")
        return f"{left} {_BINARY[type(node.op)]} {right}"

    def visit_UnaryOp(self, node: ast.UnaryOp) -> str:
        sign = {ast.USub: "-", ast.UAdd: "+", ast.Not: "!", ast.Invert: "~"}[type(node.op)]
        return f"{sign}{self.operand(node.operand)}"

    def visit_BoolOp(self, node: ast.BoolOp) -> str:
        word = " && " if isinstance(node.op, ast.And) else " || "
        return word.join(self.operand(v) for v in node.values)

    def visit_Compare(self, node: ast.Compare) -> str:
        sides = [self.operand(e) for e in (node.left, *node.comparators)]
        pairs = [f"{a} {_COMPARE[type(op)]} {b}" for a, op, b in zip(sides, node.ops, sides[1:], strict=False)]
        return " && ".join(pairs)

    def visit_IfExp(self, node: ast.IfExp) -> str:
        return f"{self.operand(node.test)} ? {self.operand(node.body)} : {self.operand(node.orelse)}"

    def operand(self, node: ast.expr) -> str:
        """A part of an expression, in parentheses unless it stands by itself."""
        text = self.visit(node)
        alone = isinstance(node, ast.Name | ast.Constant | ast.Attribute | ast.Subscript | ast.Call | ast.Tuple)
        return text if alone and not text.startswith("-") else f"({text})"

    def generic_visit(self, node: ast.AST) -> Any:
        raise Untranslatable(f"{self.function.__qualname__}: {ast.unparse(node)}")
