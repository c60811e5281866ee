"""The faults: one small change of a function at a time, as code that takes the function's place."""

import ast
import contextlib
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

OPPOSITE: dict[type[Any], type[Any]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
}
NUMBER = "one more"


@dataclass(frozen=True)
class Mutant:
    """A changed function: where, what was changed, and its code."""

    function: FunctionType
    line: int
    what: str
    code: CodeType

    def take_over(self) -> None:
        """From now on the function does this."""
        self.function.__code__ = self.code


def mutants(module: ModuleType, names: set[str] | None = None, numbers: bool = True) -> Iterator[Mutant]:
    """Every mutant of the functions and methods that the module defines (of these names alone, if given).

    numbers: False leaves numbers as they are, where one more is a pixel more.
    """
    for function in functions(module):
        if names is None or function.__name__ in names:
            yield from (one for one in _of(function) if numbers or one.what != NUMBER)


def functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions and methods that it defines."""
    holders = [module, *(one for one in vars(module).values() if isinstance(one, type) and _own(one, module))]
    for holder in holders:
        for one in vars(holder).values():
            plain = _plain(one)
            if plain is not None and _own(plain, module) and not plain.__closure__:
                yield plain


def _plain(one: Any) -> FunctionType | None:
    """The function of a method, property or class method; a proxy is not asked what it stands for."""
    if isinstance(one, property):
        one = one.fget
    elif isinstance(one, classmethod | staticmethod):
        one = one.__func__
    with contextlib.suppress(Exception):  # a proxy may stand for nothing yet
        one = inspect.unwrap(one)
    return one if isinstance(one, FunctionType) else None


def _own(one: Any, module: ModuleType) -> bool:
    return bool(one.__module__ == module.__name__)


def _of(function: FunctionType) -> Iterator[Mutant]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        return
    definition.decorator_list = []
    first = function.__code__.co_firstlineno
    for number in range(len(_inside(definition))):
        changed = copy.deepcopy(tree)
        node = _inside(changed.body[0])[number]
        what = _change(node)
        if what:
            code = compiled(changed, function)
            if code is not None and code.co_code + repr(code.co_consts).encode() != _same(function):
                yield Mutant(function, first + getattr(node, "lineno", 1) - 1, what, code)


def _inside(definition: ast.AST) -> list[ast.AST]:
    """The nodes of its body: defaults and annotations are no part of the code that takes over."""
    return [node for part in getattr(definition, "body", ()) for node in ast.walk(part)]


def _same(function: FunctionType) -> bytes:
    return function.__code__.co_code + repr(function.__code__.co_consts).encode()


def _change(node: ast.AST) -> str:
    """Change this node in place; what was done, or nothing."""
    match node:
        case ast.Compare(ops=[op, *_rest]) if type(op) in OPPOSITE:
            node.ops[0] = OPPOSITE[type(op)]()
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OPPOSITE:
            node.op = OPPOSITE[type(op)]()
        case ast.If(test=test) | ast.IfExp(test=test):
            node.test = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
        case ast.Constant(value=bool(value)):
            node.value = not value
        case ast.Constant(value=int(value)):
            node.value = value + 1
            return NUMBER
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            node.value = ast.copy_location(ast.Constant(None), node)
        case ast.Expr(value=ast.Call() as call) if "log." not in ast.unparse(call.func):
            node.value = ast.copy_location(ast.Constant(None), node)
        case _:
            return ""
    return type(node).__name__.lower()


def compiled(tree: ast.Module, function: FunctionType) -> CodeType | None:
    """The code of that definition, to take the function's place; None when it can't."""
    ast.fix_missing_locations(tree)
    space: dict[str, Any] = {}
    try:
        exec(compile(tree, function.__code__.co_filename, "exec"), function.__globals__, space)  # noqa: S102
    except Exception:
        return None
    made: Callable[..., Any] | None = space.get(function.__name__)
    code = getattr(made, "__code__", None)
    return code if code is not None and code.co_freevars == function.__code__.co_freevars else None
