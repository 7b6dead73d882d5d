"""Says whether an environment's configuration agrees with itself."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

DOMAIN = ".netrasystems.ai"
DEPRECATED = ".staging.netrasystems.ai"
OAUTH_FIELDS = ("client_id", "client_secret", "redirect_uri", "scopes")


def urls(value: object) -> Iterator[str]:
    """Find every URL in a configuration, however deep it lies."""
    match value:
        case str() if "://" in value:
            yield value
        case Mapping():
            yield from urls(list(value.values()))
        case list():
            for each in value:
                yield from urls(each)


def hosts(configuration: Mapping[str, Any]) -> set[str]:
    """Return the host of every URL in `configuration`."""
    return {urlsplit(url).hostname or "" for url in urls(configuration)}


def deprecated_hosts(configuration: Mapping[str, Any]) -> set[str]:
    """Return the hosts that follow the old pattern, `*.staging.netrasystems.ai`."""
    return {host for host in hosts(configuration) if host.endswith(DEPRECATED)}


def missing_oauth_fields(configuration: Mapping[str, Any]) -> list[str]:
    """Return what Google OAuth needs and `configuration` does not give."""
    google = configuration.get("oauth", {}).get("google", {})
    return [field for field in OAUTH_FIELDS if not google.get(field)]


def is_covered(host: str, certificates: list[str]) -> bool:
    """Say whether a certificate names `host`; a star stands for one label."""
    _, _, parent = host.partition(".")
    return host in certificates or f"*.{parent}" in certificates
