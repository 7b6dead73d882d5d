"""The page, as a browser shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from browser import CHROMIUM, Seen, browser
from large import failing
from payloads import PAYLOADS

from reportgen.cli import main
from reportgen.model import FileChange, FilePath, Outcome, Prose, Result, Tally
from reportgen.render.render import render
from reportgen.render.visible import visible
from reportgen.report import Report

pytest.importorskip("playwright", reason="needs playwright")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs a chromium"),
    # Playwright leaves its pipes to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
ROOT = Path(__file__).parents[1]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
See = Callable[[Path], Seen]
TROUBLE = [Outcome.FAILED, Outcome.ERROR, Outcome.SKIPPED, Outcome.UNFINISHED]


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Open a browser for all tests of this module."""
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def issue_1197(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of the sample record, which has almost everything."""
    path = tmp_path_factory.mktemp("pages") / "issue-1197.html"
    data = str(ROOT / "data")
    main(
        [
            "build",
            "issue-1197",
            f"--data={data}",
            "--template=report.html",
            f"--output={path}",
        ]
    )
    return path


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a record that uses every field there is."""
    folder = tmp_path_factory.mktemp("project")
    data = ROOT / "tests" / "cases" / "reports"
    path = folder / "everything.html"
    arguments = ["--template=report.html", f"--data={data}", f"--output={path}"]
    main(["build", "everything", *arguments])
    return path


@pytest.fixture(scope="module")
def many_failures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a run with ten thousand failures."""
    path = tmp_path_factory.mktemp("pages") / "large.html"
    return _written(failing(10_000), path)


@pytest.fixture(scope="module")
def thirty_failures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the page of a run with a few failures."""
    return _written(failing(30), tmp_path_factory.mktemp("pages") / "small.html")


@pytest.fixture
def seen(context: Any) -> Iterator[See]:  # noqa: ANN401  # Playwright's
    """Open a page, and find that nothing was fetched, said or refused meanwhile."""
    opened: list[Seen] = []

    def see(path: Path) -> Seen:
        opened.append(Seen(context, path))
        return opened[-1]

    yield see
    for each in opened:
        each.page.close()
        assert each.happened == []


def _written(report: Report, path: Path) -> Path:
    path.write_text(render(report, "report.html"), encoding="utf-8")
    return path


def _with(texts: list[str]) -> Report:
    """Return a report whose tests, fields and files have `texts` for names."""
    report = failing(len(texts))
    results = tuple(
        Result(
            nodeid=text or "(none)",
            outcome=TROUBLE[at % len(TROUBLE)],
            message=f"about {text}",
        )
        for at, text in enumerate(texts)
    )
    states = tuple(
        state
        if state.before or not state.run.results
        else msgspec.structs.replace(
            state,
            run=msgspec.structs.replace(
                state.run, results=results, tally=Tally.of(r.outcome for r in results)
            ),
        )
        for state in report.runs
    )
    record = msgspec.structs.replace(
        report.record,
        fields={text: Prose("a field") for text in texts},
        files=tuple(FileChange(path=FilePath(text)) for text in texts),
    )
    return msgspec.structs.replace(report, record=record, runs=states)


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(WIDE, "light", id="wide"),
        pytest.param(PHONE, "dark", id="phone-in-the-dark"),
    ],
)
@pytest.mark.parametrize("name", ["issue_1197", "everything", "thirty_failures"])
def test_everybody_can_read_it(
    name: str,
    size: dict[str, int],
    scheme: str,
    seen: See,
    request: pytest.FixtureRequest,
) -> None:
    """Axe finds nothing, in light and in dark, on a screen and on a phone."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = seen(request.getfixturevalue(name)).page
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    found = axe.Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_no_text_becomes_more_than_text(seen: See, tmp_path: Path) -> None:
    """Whatever a test is called and says, the page has the same nodes."""
    payloads = [each for each in PAYLOADS if each.strip()]
    hostile = seen(_written(_with(payloads), tmp_path / "hostile.html"))
    benign = [f"test_{at}" for at in range(len(payloads))]
    harmless = seen(_written(_with(benign), tmp_path / "benign.html"))
    assert hostile.tree() == harmless.tree()
    names = hostile.page.eval_on_selector_all(
        "#rows code", "all => all.map(each => each.textContent)"
    )
    assert names == [visible(each) for each in payloads]


def test_what_slips_in_cannot_act(seen: See, issue_1197: Path) -> None:
    """Even an element that somebody smuggled in runs nothing and fetches nothing."""
    opened = seen(issue_1197)
    with opened.page.expect_event("requestfailed") as refused:
        opened.page.evaluate(
            """() => {
                const place = document.createElement("div");
                place.innerHTML = "<img src=http://127.0.0.1:9/ onerror=alert(1)>"
                    + "<b onclick=alert(2) id=bait>x</b>";
                document.body.append(place);
                document.getElementById("bait").click();
            }"""
        )
    assert refused.value.failure == "csp"
    opened.happened.remove("http://127.0.0.1:9/")
    blocked, opened.happened = opened.happened, []
    assert len(blocked) == 3
    assert all("Content Security Policy" in each for each in blocked)


@pytest.mark.parametrize("name", ["issue_1197", "everything", "thirty_failures"])
def test_a_phone_scrolls_only_downwards(
    name: str,
    seen: See,
    request: pytest.FixtureRequest,
) -> None:
    """A page fits 360 pixels; what is wider scrolls by itself."""
    page = seen(request.getfixturevalue(name)).page
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_contents_lead_to_every_section(seen: See, issue_1197: Path) -> None:
    """Each section has an anchor, a place in the contents, and a name."""
    page = seen(issue_1197).page
    hashes = page.eval_on_selector_all("nav a", "all => all.map(each => each.hash)")
    anchors = page.eval_on_selector_all("h2", "all => all.map(each => '#' + each.id)")
    assert hashes == anchors
    assert len(set(anchors)) == page.locator("main section").count()
    page.locator("nav a").last.click()
    assert page.url.endswith(anchors[-1])


def test_the_verdict_comes_first(seen: See, issue_1197: Path) -> None:
    """The verdict is in the first screen, on a phone too."""
    page = seen(issue_1197).page
    page.set_viewport_size(PHONE)
    box = page.locator(".verdict strong").bounding_box()
    assert box["y"] + box["height"] < PHONE["height"] / 2


def test_ten_thousand_tests_are_searched_at_once(
    seen: See,
    many_failures: Path,
) -> None:
    """A search and a choice show just what fits, and say how many, without delay."""
    page = seen(many_failures).page
    assert page.locator("#rows > li").count() == 10_000
    page.fill("#search", "CASE[123")
    page.get_by_text("11 of 10,000 shown", exact=True).wait_for()
    seconds = page.evaluate(
        """() => {
            const start = performance.now();
            const search = document.querySelector("#search");
            search.value = "";
            document.querySelector("#kind").dispatchEvent(new Event("change"));
            document.body.offsetHeight;
            return (performance.now() - start) / 1000;
        }"""
    )
    assert page.inner_text("#shown") == "10,000 of 10,000 shown"
    assert seconds < 3  # a tenth of it on an idle machine


def test_failures_unfold(seen: See, thirty_failures: Path) -> None:
    """A failure shows its message when asked, with the keyboard alone."""
    page = seen(thirty_failures).page
    message = page.locator("#rows pre").first
    assert not message.is_visible()
    page.locator("#rows summary").first.focus()
    page.keyboard.press("Enter")
    assert message.is_visible()


def test_the_keyboard_leads_past_the_contents(seen: See, issue_1197: Path) -> None:
    """The first stop of the keyboard leads to the report, and can be seen."""
    page = seen(issue_1197).page
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    assert skip.evaluate("each => each === document.activeElement")
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("clipboard", [True, False], ids=["clipboard", "none"])
def test_the_issue_update_is_copied(
    clipboard: bool,  # noqa: FBT001  # a column of a table
    seen: See,
    tmp_path: Path,
) -> None:
    """One button copies the issue update; without a clipboard it is selected."""
    report = failing(3, name="test_`a` <b> & @user")
    opened = seen(_written(report, tmp_path / "copy.html"))
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    update = render(report, "issue-update.md")
    if not clipboard:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {})")
    page.click("#copy")
    page.locator("#copied", has_text="Copied").wait_for()
    if clipboard:
        copied = page.evaluate("navigator.clipboard.readText()")
    else:
        copied = page.evaluate(
            """() => {
                const { value, selectionStart, selectionEnd } = document.activeElement;
                return value.slice(selectionStart, selectionEnd);
            }"""
        )
    assert copied == update


def test_paper_hides_nothing(seen: See, issue_1197: Path) -> None:
    """In print everything is unfolded, and what only a screen needs is gone."""
    page = seen(issue_1197).page
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    told = page.locator(".story > :not(summary)")
    assert told.count() > 0
    assert all(each.bounding_box() for each in told.all())


def test_nothing_moves_that_should_not(seen: See, issue_1197: Path) -> None:
    """Who wants less motion gets none."""
    page = seen(issue_1197).page
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(behaviour) == "auto"


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", ["issue_1197", "everything"])
def test_pictures_have_words(
    name: str, size: dict[str, int], seen: See, request: pytest.FixtureRequest
) -> None:
    """Each picture has a title and a description, and stays inside its frame."""
    page = seen(request.getfixturevalue(name)).page
    page.set_viewport_size(size)
    pictures = page.locator("svg[role=img]")
    assert pictures.count() == 4
    for picture in pictures.all():
        for part in ("title", "desc"):
            assert picture.locator(part).first.text_content().strip()
        inside = picture.evaluate(
            """picture => {
                const frame = picture.getBoundingClientRect();
                const parts = picture.querySelectorAll("text, rect, circle");
                return [...parts].every(each => {
                    const box = each.getBoundingClientRect();
                    return box.left >= frame.left - 1 && box.right <= frame.right + 1
                        && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
                });
            }"""
        )
        assert inside


def test_without_a_script_everything_is_there(
    context: Any,  # noqa: ANN401  # Playwright's
    thirty_failures: Path,
    tmp_path: Path,
) -> None:
    """A reader without scripts sees all tests, and no control that does nothing."""
    text = thirty_failures.read_text(encoding="utf-8")
    path = tmp_path / "plain.html"
    path.write_text(text.replace("script-src", "style-src-attr"), encoding="utf-8")
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("#rows > li").count() == 30
    assert not page.locator(".filters").is_visible()
    assert not page.locator("#copy").is_visible()
    page.close()
