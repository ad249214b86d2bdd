"""A loopback imitation of Vertex, and of the place where a service account gets its tokens."""

import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.loopback import Handler, LoopbackServer

TOKEN = "ya29.a-token-of-the-test"


class FakeVertex(LoopbackServer):
    """Gives tokens for signed requests, and answers those that carry one."""

    def __init__(self, answer):
        self.paths, self.tokens = [], []
        fake = self

        class Vertex(Handler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                fake.paths.append(self.path)
                if self.path == "/token":
                    self.answer(*fake.token)
                    return
                fake.tokens.append(self.headers["authorization"])
                self.answer(*answer)

        self.url = self.listen(Vertex)
        self.token = (200, {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})

    def account(self, folder):
        """A key file of a service account whose tokens come from here."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file = folder / "account.json"
        account = {
            "type": "service_account",
            "project_id": "p",
            "private_key": pem.decode(),
            "client_email": "a@p.iam.gserviceaccount.com",
            "token_uri": f"{self.url}/token",
        }
        file.write_text(json.dumps(account), encoding="utf-8")
        return str(file)
