r"""What a reader cannot see is spelled out: `\x1b`, `\u202e`, `\n`."""

from reportgen import late

# Emoji that a variation selector or a joiner may follow.
_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
# Letters that a joiner may stand between: Arabic, Syriac, Indic and their kin.
_JOINING = (
    "\u0600-\u07ff\u08a0-\u109f\u1780-\u1809\u1810-\u18af\ufb50-\ufdcf\ufe70-\ufefc"
)

# Controls, bidirectional and other format characters, fillers that look like
# blanks, separators, lone surrogates, non-characters, tags.  Written out, since
# Python's own table of categories differs from version to version.
_NEVER = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
) + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}"
    for plane in range(0x10000, 0x110000, 0x10000)
)

# A joiner or a variation selector stays where writing needs it, and only there.
_HIDDEN = late.pattern(
    f"[{_NEVER}]"
    f"|[\u200c\u200d](?:(?<![{_EMOJI}{_JOINING}].)(?<![{_EMOJI}]\ufe0f.)"
    f"|(?![{_EMOJI}{_JOINING}]))"
    f"|(?<![{_EMOJI}])[\ufe0e\ufe0f](?:(?<![0-9#*].)|(?!\u20e3))"
)
_ANY = late.pattern(f"[{_NEVER}\u200c\u200d\ufe0e\ufe0f]")  # most texts have none


def visible(text: str, keep: str = "") -> str:
    r"""Return `text` with every hidden character spelled out, but those in `keep`.

    An escape character becomes `\x1b`, a newline `\n`, a right-to-left override
    `\u202e`.  Joiners inside emoji and Indic or Arabic words stay, and so does
    what selects an emoji's form.  The result can always be encoded, and
    spelling it out again changes nothing.
    """
    rest = text
    for character in keep:
        rest = rest.replace(character, "")
    if (rest.isascii() and rest.isprintable()) or not _ANY.search(rest):
        return text
    return _HIDDEN.sub(
        lambda match: match[0] if match[0] in keep else _spelled_out(match[0]), text
    )


def terminal(text: str) -> str:
    """Return `text` on one line, with nothing in it that a terminal acts on."""
    return visible(text)


def workflow_command_data(text: str) -> str:
    """Return `text` as the message of a GitHub workflow command, on one raw line."""
    shown = visible(text, keep="\r\n")
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_command_property(text: str) -> str:
    """Return `text` as a property (file, title) of a GitHub workflow command."""
    return workflow_command_data(text).replace(":", "%3A").replace(",", "%2C")


def _spelled_out(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
