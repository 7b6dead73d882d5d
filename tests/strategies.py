"""Values of every kind for properties; each kind is described once."""

import re
from itertools import count

from hypothesis import strategies as st
from payloads import PAYLOADS

texts = st.text(max_size=40)

# What Markdown, HTML and forges act on, far denser than in any real text.
_pieces = st.one_of(
    st.sampled_from(PAYLOADS),
    st.sampled_from(list("\\`*_[]()<>#+-=!|~@:/.&$^{}%\"'? \n\ta1xw")),
    st.sampled_from(
        ["www.", ".com", "http://", "GH-", "#1", "@a", "<b>", "](", "\ufe0f"]
    ),
    st.text(max_size=3),
)
hostile_texts = st.lists(_pieces, max_size=8).map("".join)

# What reports are made of, glued anyhow: at times it becomes a link or an emoji.
_ORDINARY = """
passed a Test test_it 2 12 1.5 abcdef 0d 20:26 :100: GH-1 2026-11-22 − — … ✅ (−50 %)
, . : :: - _ / ) % é tests/ test_5 .py .py::Test
"""
_ordinary = st.sampled_from(_ORDINARY.split())
ordinary_texts = st.one_of(
    st.lists(_ordinary | st.just(" "), max_size=9).map("".join),
    st.lists(_ordinary, max_size=9).map(" ".join),
    st.text("aGh1.:-_/% ()", max_size=12),
)

# Blocks of Markdown that begin, end, cut short and swallow each other.
_markdown_lines = st.one_of(
    st.sampled_from(
        """
# a
## a
### b
#
a
a\\
**A:** b
**B:** c
---
===
```
````
~~~
``` x
    x
- a
-
* b
1. c
2. d
> q
  e
<details>
</details>
<summary>s</summary>
<!-- x
-->
<!-- -->
<div>
<br>
<a id="x"></a>
[a]: b
[a]
[](#a)
![](x)
[x](#a-1)
- ```
> ```
- [a]: b
`a
``b`
| a | b |
|---|---|
| 1 |
| [x]() | `\\|` [x]() |
- | a |
|
a | b
""".splitlines()
    ),
    hostile_texts,
)
markdown_texts = st.lists(_markdown_lines, max_size=14).map("\n".join)

# What typed reports are made of; ¶ ends a line, ⇥ is a tab, ␣ does not break.  Each
# @ becomes a text that Markdown, YAML or Jinja may take for something, and each @ in
# that a word of its own.
_TYPED = """
@
**@:** @
**@**: @
**Status:** ✅ COMPLETE @
**Issue:** @
*@*
@¶===
@¶---
---
# @
## @
## 🎯 1. **@** ✅ COMPLETE
### @ ❌ @
#### @:
## Phase 1: @
### Phase 2 - @ ⏸️ @
**Status:** in progress @¶**Timeline:** 2 hours planned @¶**Capability:** @
## Executive Summary
## Summary @
## Root cause @
## Five Whys
## Risks
## Risk Assessment @
### Remaining (@)
### Mitigated @
## Success Criteria @
## Files Created
## Next Steps
## Conclusion
**BLOCKED BY:** Issues #1 and #2
- @
- [x] @¶- [ ] @
1. ✅ **@:** @¶2. ❌ **@** - @
- @¶  - @
- **Cannot fix:** until @¶- **Until:** @
- `@/@.py` (@)¶- **Modified:** `@.py`: @
1. **Why @?** @¶2. **Why: @** @
| Task | Planned | Status |¶|-|-|-|¶| @ | 2h | ✅ |¶| @ | 2h | done |
| Task | Owner | Done |¶|-|-|-|¶| @ | @ | ⚠️ Done |¶| @ | @ | @ |
| Metric | Before | After | Change |¶|-|-|-|-|¶| @ | @ | @ | 50 % |
| Metric | Target | Value | Status |¶|-|-|-|-|¶| **@** | @ | @ | ❌ |
| Metric | Goal | Result | Status |¶|-|-|-|-|¶| @ | 1 | 2 | @ |
| Risk | Impact | Mitigation |¶|-|-|-|¶| @ | 🔴 High | @ |
| @ | @ |¶|-|-|¶| @ | @ |
```¶@¶⇥@¶¶---¶@¶```
    @
> @¶> @
[@]: https://forge.example/@
<details>¶<summary>@</summary>¶¶@¶</details>
""".strip("\n").split("\n")
_TYPED_TEXTS = (
    r"""
@ @ @ @ @ @ yes null 1e5 0x10 ~ = << 2026-03-01 #5 &@ *@ !@ %@ `@` '@ "@ ?␣@ @: #@
{{@}} {%@%} **@** \@ @␣ @⇥ ⇥@ @⇥@ [@][@] {@ @✅ ✅␣@ -␣@ é 🤖 [x]
""".strip()
    .replace("\n", " ")
    .split(" ")
)


@st.composite
def typed_reports(draw: st.DrawFn) -> str:
    """Draw a report in which each word such as `w123` is there once."""
    blocks = draw(st.lists(st.sampled_from(_TYPED), max_size=12))
    text = draw(st.sampled_from(["¶", "¶¶"])).join(blocks)
    text = re.sub("@", lambda _: draw(st.sampled_from(_TYPED_TEXTS)), text)
    number = count(100)
    text = re.sub("@", lambda _: f"w{next(number)}", text)
    return text.replace("¶", "\n").replace("⇥", "\t").replace("␣", "\xa0")


# What pytest-json-report writes, and what hooks and crashes make of it.
_nodeids = st.builds(
    "{}{}::test_{}".format,
    st.sampled_from(["", "tests/", "tests/a/"]),
    st.sampled_from(["test_a.py", "test_b.py", "x.py::TestK"]),
    st.one_of(st.integers(0, 30).map(str), st.text(max_size=6)),
)
_words = st.sampled_from(
    ["passed", "failed", "skipped", "error", "rerun", "?", "xfailed"]
)
_phases = st.fixed_dictionaries(
    {"outcome": _words, "duration": st.one_of(st.floats(), st.integers())},
    optional={
        "longrepr": st.text(max_size=30),
        "crash": st.fixed_dictionaries({"message": st.text(max_size=30)}),
        "stdout": st.sampled_from(["\udcff", '}, {"nodeid": "', "]}]}", "é" * 9]),
        "log": st.just([{"nodeid": "x"}, {"nodeid": "y"}]),
    },
)
_passed = st.just({"outcome": "passed", "duration": 0.25})
_json_tests = st.fixed_dictionaries(
    {"nodeid": _nodeids},
    optional={
        "lineno": st.one_of(st.none(), st.integers(0, 10**25)),
        "outcome": st.one_of(_words, st.sampled_from(["xpassed", "subtests passed"])),
        "setup": st.one_of(_passed, _phases),
        "call": st.one_of(_passed, _phases),
        "teardown": st.one_of(_passed, _phases),
        "???": _phases,
        "cleanup": _phases,
        "metadata": st.sampled_from([{"loss": float("nan")}, {"outcome": "failed"}]),
        "user_properties": st.just([{"k": "\udc80"}, {"k": 1}]),
    },
)
pytest_tests = st.one_of(
    _json_tests,
    st.builds(
        lambda nodeid: {
            "nodeid": nodeid,
            "lineno": 1,
            "outcome": "passed",
            "setup": {"outcome": "passed"},
            "call": {"outcome": "passed"},
            "teardown": {"outcome": "passed"},
        },
        _nodeids,
    ),
)
_collectors = st.fixed_dictionaries(
    {
        "nodeid": _nodeids,
        "outcome": st.sampled_from(["passed", "passed", "failed", "skipped"]),
        "result": st.lists(
            st.fixed_dictionaries(
                {"nodeid": _nodeids, "type": st.just("Function")},
                optional={"lineno": st.integers(0, 9), "deselected": st.booleans()},
            ),
            max_size=4,
        ),
    },
    optional={"longrepr": st.sampled_from(["E   ImportError: x", "\udc80", ""])},
)
pytest_reports = st.fixed_dictionaries(
    {"exitcode": st.integers(0, 5), "tests": st.lists(pytest_tests, max_size=12)},
    optional={
        "collectors": st.lists(_collectors, max_size=6),
        "warnings": st.lists(st.just({"nodeid": "w"}), max_size=3),
        "environment": st.just({"Packages": {"pytest": "9"}}),
    },
)

# Durations as people spell them, each with the numbers and units it is made of.
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 8 * 3600, "w": 40 * 3600}
_spellings = {
    "s": ["s", "sec", " seconds", " second"],
    "m": ["m", "min", " minutes", "-minute"],
    "h": ["h", "hr", " hours", " Hours"],
    "d": ["d", " days", " day"],
    "w": ["w", " weeks", " week"],
}


@st.composite
def _written_duration(draw: st.DrawFn) -> tuple[str, list[tuple[int, str]]]:
    units = draw(
        st.lists(st.sampled_from("wdhms"), min_size=1, max_size=3, unique=True)
    )
    units.sort(key="wdhms".index)
    parts = [(draw(st.integers(0, 500)), unit) for unit in units]
    texts = [f"{n}{draw(st.sampled_from(_spellings[u]))}" for n, u in parts]
    if len(texts) > 1:  # "2-day" stands alone
        texts = [text.replace("-", " ") for text in texts]
    return draw(st.sampled_from([" ", ", ", " and "])).join(texts), parts


written_durations = _written_duration()

# Records as they should not be: their words, YAML's signs, and anything in between.
_record_pieces = st.one_of(
    st.sampled_from(
        [
            "title:",
            "id:",
            "tasks:",
            "phases:",
            "after:",
            "blocked_by:",
            "blocks:",
            "blockers:",
            "acceptance:",
            "tests:",
            "at_least:",
            "done:",
            "planned:",
            "date:",
            "evidence:",
            "pytest:",
            "in:",
            "summary:",
            "of:",
            "fields:",
            "status:",
            "when:",
            "sections:",
            "body:",
            "x",
            "a",
            "b",
            "17",
            "#17",
            "true",
            "2h",
            "2026-03-01",
            "{{a}}",
            "&a",
            "*a",
            "!!str",
            "<<:",
            "~",
            "null",
        ]
    ),
    st.sampled_from(["\n", "\n  ", "\n    ", "\n- ", "\n  - ", ": ", " ", "\t", ", "]),
    st.sampled_from(list("[]{}|>'\"%@`?-:,&*!#\\\0\r\u2028\ufeff\ud800")),
    st.text(max_size=4),
)
record_texts = st.one_of(
    st.lists(_record_pieces, max_size=30).map("".join),
    st.lists(_record_pieces, max_size=30).map(lambda ps: "title: x\n" + "".join(ps)),
)
