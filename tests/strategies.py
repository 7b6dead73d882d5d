"""Values of every kind for properties; each kind is described once."""

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
