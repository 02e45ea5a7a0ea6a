"""Sign-in by another system (OpenID Connect), against a small provider on the loopback: no network, no mock."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount

from koban.kernel.access.models import Account
from koban.kernel.access.testing import make_account, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("koban.kernel.access.tests.urls")]


class Server(ThreadingHTTPServer):
    """asked: the bodies that came to the token endpoint."""

    asked: list[dict[str, list[str]]]


class Provider(BaseHTTPRequestHandler):
    """Says that whoever comes is subject `s-1`."""

    server: Server

    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        if self.path == "/.well-known/openid-configuration":
            self.tell({"issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                       "userinfo_endpoint": f"{base}/userinfo", "jwks_uri": f"{base}/jwks",
                       "token_endpoint_auth_methods_supported": ["client_secret_post"]})  # fmt: skip
        else:
            self.tell({"sub": "s-1", "preferred_username": "stranger", "email": "s-1@example.org"})

    def do_POST(self):
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append(body)
        base, now = f"http://127.0.0.1:{self.server.server_port}", int(time.time())
        claims = {"sub": "s-1", "iss": base, "aud": "koban", "iat": now, "exp": now + 60}
        # Fetched from the provider itself, so the library rightly does not look at the signature.
        token = jwt.encode(claims, "a key of the provider, 32 bytes and more", "HS256")
        self.tell({"access_token": "t", "token_type": "Bearer", "id_token": token})

    def tell(self, what):
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def provider(settings):
    server = Server(("127.0.0.1", 0), Provider)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    app = {"provider_id": "oidc", "name": "City", "client_id": "koban", "secret": "s",
           "settings": {"server_url": f"http://127.0.0.1:{server.server_port}", "oauth_pkce_enabled": True}}  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def come_back(client, process="login"):
    """Go to the provider and come back as it sends one back."""
    away = client.post(f"/accounts/oidc/oidc/login/?process={process}")
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    return client.get("/accounts/oidc/oidc/login/callback/", {"code": "c", "state": state})


def test_a_connected_account_signs_in_and_still_shows_its_second_step(client, li, provider):
    SocialAccount.objects.create(user=li, provider="oidc", uid="s-1")
    assert come_back(client)["Location"] == "/desk/"
    assert client.get("/accounts/")["Location"].startswith("/accounts/2fa/")


def test_a_provider_that_asks_for_the_second_step_itself_can_be_trusted_with_it(
    client, li, provider, settings
):
    settings.KOBAN_SECOND_STEPS = {"mfa", "socialaccount"}
    SocialAccount.objects.create(user=li, provider="oidc", uid="s-1")
    come_back(client)
    assert client.get("/accounts/").status_code == 200


def test_the_code_is_bound_to_the_browser_that_asked(client, li, provider):
    SocialAccount.objects.create(user=li, provider="oidc", uid="s-1")
    come_back(client)
    assert provider.asked[0]["code_verifier"]


def test_nobody_gets_an_account_by_coming_from_outside(client, db, provider):
    make_account("stranger")  # the same name there and here proves nothing
    before = Account.objects.count()
    response = come_back(client)
    assert response.status_code == 200  # the page that says: not connected to an account here
    assert "_auth_user_id" not in client.session
    assert Account.objects.count() == before


def test_an_account_connects_itself_while_signed_in(client, li, provider):
    sign_in(client, li)
    come_back(client, process="connect")
    assert SocialAccount.objects.get().user_id == li.pk
