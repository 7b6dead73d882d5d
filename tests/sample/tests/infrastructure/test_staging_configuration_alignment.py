"""The configuration of the staging environment agrees with itself."""

from typing import Any

from test_framework.staging import (
    DOMAIN,
    deprecated_hosts,
    hosts,
    is_covered,
    missing_oauth_fields,
)


def test_every_host_is_on_a_current_domain(configuration: dict[str, Any]) -> None:
    """Each URL points to `*.netrasystems.ai` and none to the old pattern."""
    assert hosts(configuration)
    assert {host for host in hosts(configuration) if not host.endswith(DOMAIN)} == set()
    assert deprecated_hosts(configuration) == set()


def test_deprecated_urls_are_found(configuration: dict[str, Any]) -> None:
    """A URL of the old pattern is noticed wherever it hides."""
    configuration["urls"]["api"] = "https://api.staging.netrasystems.ai"
    configuration["proxies"] = [{"origin": "wss://ws.staging.netrasystems.ai/ws"}]
    assert deprecated_hosts(configuration) == {
        "api.staging.netrasystems.ai",
        "ws.staging.netrasystems.ai",
    }


def test_jwt_secret_has_its_current_name(configuration: dict[str, Any]) -> None:
    """The secret is called JWT_SECRET_KEY, and no longer JWT_SECRET."""
    assert "JWT_SECRET_KEY" in configuration["secrets"]
    assert "JWT_SECRET" not in configuration["secrets"]


def test_google_oauth_is_complete(configuration: dict[str, Any]) -> None:
    """Everything that Google OAuth needs is there, and a gap would be noticed."""
    assert missing_oauth_fields(configuration) == []
    assert configuration["oauth"]["google"]["client_secret"] in configuration["secrets"]
    del configuration["oauth"]["google"]["redirect_uri"]
    assert missing_oauth_fields(configuration) == ["redirect_uri"]


def test_websocket_url_is_current(configuration: dict[str, Any]) -> None:
    """Chats connect to the encrypted WebSocket of the staging API."""
    assert configuration["urls"]["websocket"] == "wss://api-staging.netrasystems.ai"


def test_certificates_cover_every_host(configuration: dict[str, Any]) -> None:
    """A certificate names each host, and none names a host of the old pattern."""
    names = configuration["certificates"]
    assert {
        host for host in hosts(configuration) if not is_covered(host, names)
    } == set()
    assert not is_covered("api.staging.netrasystems.ai", names)
