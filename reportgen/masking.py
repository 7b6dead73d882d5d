"""What looks like a secret is masked before it is shown."""

import re

from reportgen import late

MASK = "***"

# Few shapes, each unmistakable: a mask on what is no secret hides evidence.
# None may try the same characters more than a few times, whatever it is given.
_SECRETS = late.pattern(
    r"""
      gh[pousr]_[A-Za-z0-9]{20,}              # GitHub: personal, OAuth, app, refresh
    | github_pat_\w{22,}                      # GitHub: fine-grained
    | gl(?:pat|ptt|rt|cbt)-[\w-]{20,}         # GitLab: personal, trigger, runner, job
    | (?:AKIA|ASIA)[A-Z0-9]{16}               # Amazon: access key
    | AIza[\w-]{35}                           # Google: API key
    | xox[abeoprs]-[A-Za-z0-9-]{10,}          # Slack: bot, user, refresh
    | (?<![A-Za-z0-9])[sr]k_live_\w{16,}      # Stripe: live keys alone can pay
    | pypi-AgE[\w-]{16,}                      # PyPI: upload
    | npm_[A-Za-z0-9]{36}                     # npm: publish
    | (?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}+\.[\w-]*    # JSON web token: three parts
    | (?P<before>://[^\s/?#:@]*:)(?!\*\*\*@)[^\s/?#]+(?=@)      # password in a URL
    | (?P<scheme>(?i:bearer)[ ])[\w.~+/=-]{16,}                 # HTTP authorization
    | -----BEGIN[ ][A-Z ]{0,40}PRIVATE[ ]KEY.*?                 # PEM, also cut short
      (?:-----END[ ][A-Z ]{0,40}PRIVATE[ ]KEY[A-Z ]{0,40}-----|\Z)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)


def mask_secrets(text: str) -> str:
    """Return `text` with what looks like a secret masked.

    Time grows with the length of `text` and no faster; masking twice changes
    nothing.  What has no known shape stays: this is a net, not a wall.
    """
    return _SECRETS.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    return f"{match['before'] or match['scheme'] or ''}{MASK}"
