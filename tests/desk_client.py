"""A browser without eyes: cookies, redirects and hidden form fields, over plain HTTP."""

import http.client
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

from fake_office import CODE, PASSWORD


@dataclass
class Answer:
    """One response."""

    status: int
    headers: dict[str, str]
    text: str
    data: bytes


@dataclass
class Client:
    """One browser at one desk."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, object] | None = None, **headers: str) -> Answer:
        """A form that our own page would send: with the token of a page of this session."""
        sent = {"_csrf": self.token(), **(fields or {})}
        body = urlencode(sent, doseq=True).encode()
        return self.send(
            "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers}
        )

    def upload(self, path: str, fields: dict[str, str], name: str, data: bytes) -> Answer:
        edge = secrets.token_hex(8)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {"_csrf": self.token(), **fields}.items()
        ]
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="x"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = b"".join(parts) + head.encode() + data + f"\r\n--{edge}--\r\n".encode()
        kind = f"multipart/form-data; boundary={edge}"
        return self.send("POST", path, body, {"Content-Type": kind})

    def token(self) -> str:
        for path in ("/me", "/login", "/locked"):
            found = re.search(r'name="_csrf" value="([0-9a-f]+)"', self.get(path).text)
            if found is not None:
                return found[1]
        raise AssertionError

    def sign_in(self, user: str) -> "Client":
        answer = self.post("/login", {"user": user, "password": PASSWORD, "totp": CODE})
        assert answer.status == 303, answer.text[:500]
        return self

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body or None, {"Cookie": cookie, **headers})
        response = connection.getresponse()
        data = response.read()
        for line in response.headers.get_all("set-cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        found = {name.lower(): value for name, value in response.getheaders()}
        connection.close()
        return Answer(response.status, found, data.decode("utf-8", "replace"), data)


def value_of(page: str, name: str) -> str:
    """What an input of the page holds."""
    tag = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page)
    assert tag is not None, name
    found = re.search(r'value="([^"]*)"', tag[0])
    return unescape(found[1]) if found else ""
