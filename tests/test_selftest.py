"""The selftest: it holds, and it fails as soon as a rule is taken out of the code."""

import ast
import inspect
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import msgspec
import pytest

from reportgen import pipeline, records
from reportgen.assess import criteria, criteria_of_tests, freshness, runs
from reportgen.cli import main
from reportgen.model import Status
from reportgen.selftest import judge
from reportgen.selftest.case import Case
from reportgen.selftest.judge import built_in, selftest

# --- Rules, taken out one by one -----------------------------------------------


class _Without(ast.NodeTransformer):
    """Takes out the rule number `number` of a function.

    A rule is a finding that it yields, or an answer that is not good.
    """

    def __init__(self, number: int) -> None:
        self._left = number
        self.taken = ""

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        self.generic_visit(node)
        if not self._is_next(node):
            return node
        return ast.YieldFrom(value=ast.Tuple(elts=[], ctx=ast.Load()))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in {"failing", "unproven"} and self._is_next(node):
            return ast.parse("met('taken out')", mode="eval").body
        if name == "unreadable" and self._is_next(node):
            return ast.Constant(None)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        bad = {"FAILING", "UNPROVEN", "WAITING"}
        is_bad = ast.unparse(node.value) == "Verdict" and node.attr in bad
        if is_bad and self._is_next(node):
            node.attr = "MET"
        return node

    def _is_next(self, node: ast.AST) -> bool:
        self._left -= 1
        if self._left == 0:
            self.taken = ast.unparse(node)
        return self._left == 0


def _mutations(
    module: ModuleType,
) -> Iterator[tuple[FunctionType, CodeType, str]]:
    """Yield functions of `module`, their code without one rule, and which."""
    tree = ast.parse(inspect.getsource(module))
    future, functions = tree.body[1], tree.body[2:]
    for node in functions:
        if not isinstance(node, ast.FunctionDef):
            continue
        for number in range(1, 99):
            without = _Without(number)
            mutated = without.visit(deepcopy(node))
            if not without.taken:
                break
            less = ast.Module(body=[future, mutated], type_ignores=[])
            code = compile(ast.fix_missing_locations(less), "mutated", "exec")
            namespace = dict(vars(module))
            exec(code, namespace)  # noqa: S102  # our own code, less a rule
            function = getattr(module, node.name)
            yield function, namespace[node.name].__code__, without.taken


MUTATIONS = [
    pytest.param(function, code, id=f"{function.__name__}-{number}-{rule[:50]}")
    for module in (runs, criteria, criteria_of_tests)
    for number, (function, code, rule) in enumerate(_mutations(module))
    if function.__name__ != "_is_news"  # it chooses what to show, and judges nothing
]


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with all cases; they are read once, as only rules change."""
    folder = tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as patch:
        read = _once(records.read, lambda _, config: config.root)
        load = _once(pipeline.load_evidence, lambda _, home, *__: home)
        patch.setattr(records, "read", read)
        patch.setattr(pipeline, "load_evidence", load)
        assert [outcome.wrong for outcome in selftest(folder) if outcome.wrong] == []
        yield folder


def _once(
    function: Callable[..., object], key: Callable[..., Path]
) -> Callable[..., object]:
    """Return `function` with a memory of what it returned for each `key`."""
    known: dict[Path, object] = {}

    def remembering(*words: object) -> object:
        if key(*words) not in known:
            known[key(*words)] = function(*words)
        return known[key(*words)]

    return remembering


def holds(folder: Path) -> bool:
    """Whether every case holds; the first that does not is enough."""
    return not any(outcome.wrong for outcome in selftest(folder))


def test_the_rules_are_found() -> None:
    """The check below takes out all rules of the green rule, and many others."""
    names = {param.values[0].__name__ for param in MUTATIONS}  # type: ignore[attr-defined]
    rules = {"_exit_codes", "_nothing_ran", "_lost", "_failed", "_disagreement"}
    assert rules <= names
    assert len(MUTATIONS) > 40


@pytest.mark.parametrize(("function", "code"), MUTATIONS)
def test_no_rule_can_be_taken_out(
    function: FunctionType,
    code: CodeType,
    laid_out: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The selftest fails when a rule is gone from the code."""
    monkeypatch.setattr(function, "__code__", code)
    assert not holds(laid_out)


def nothing(*_: object, **__: object) -> tuple[()]:
    """Find nothing, and no reason."""
    return ()


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        pytest.param(owner, name, id=name)
        for owner, names in (
            (runs, "_exit_codes _nothing_ran _lost _partial _failed _disagreement"),
            (runs, "judge_run doubts"),
            (freshness.Freshness, "_too_old _older_than_record stale"),
        )
        for name in names.split()
    ],
)
def test_no_function_can_be_emptied(
    owner: object, name: str, laid_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The selftest fails when a whole line of the green rule finds nothing."""
    monkeypatch.setattr(getattr(owner, name), "__code__", nothing.__code__)
    assert not holds(laid_out)


def test_a_gate_that_never_passes_is_no_gate(
    laid_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The selftest fails too when what is done is not called done."""

    def pessimist(source: records.Source, *words: object, **more: object) -> object:
        report = testify(source, *words, **more)  # type: ignore[arg-type]  # passed on
        tasks = [
            msgspec.structs.replace(task, status=Status.INCOMPLETE)
            for task in report.free_tasks
        ]
        return msgspec.structs.replace(report, free_tasks=tuple(tasks))

    testify = pipeline.testify
    monkeypatch.setattr(pipeline, "testify", pessimist)
    assert not holds(laid_out)


# --- The cases, and the command ------------------------------------------------


def test_each_case_says_something_of_its_own() -> None:
    """No title stands twice, and no two cases are the same."""
    cases = list(built_in())
    assert len({case.title for case in cases}) == len(cases)
    bodies = {(case.task, case.record, str(case.files)) for case in cases}
    assert len(bodies) == len(cases)


def test_only_what_is_proven_or_vouched_for_passes() -> None:
    """Most cases are of gates that must fail, and each kind of status is among them."""
    statuses = [case.status for case in built_in()]
    assert set(statuses) >= {
        Status.DONE,
        Status.FLAKY,
        Status.ATTESTED,
        Status.FAILING,
        Status.BLOCKED,
        Status.INCOMPLETE,
    }
    assert statuses.count(Status.DONE) < len(statuses) / 3


def test_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a case, a count, and exit code 0."""
    assert main(["selftest"]) == 0
    said = capsys.readouterr()
    number = len(list(built_in()))
    assert len(said.out.splitlines()) == number
    assert said.err == f"{number} of {number} cases hold\n"


def test_the_command_fails_with_a_case(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case that does not hold is exit code 1, and says what is wrong."""
    wrong = Case(
        title="a claim alone is enough",
        task="owner: lead",
        status=Status.DONE,
        run=None,
    )
    monkeypatch.setattr(judge, "built_in", lambda: iter([wrong]))
    assert main(["selftest"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith(
        "FAILED a claim alone is enough: the task is incomplete evidence"
    )
    assert said.err == "0 of 1 cases hold\n"
