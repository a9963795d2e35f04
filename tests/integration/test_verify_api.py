"""`POST /api/verify` as an agency's program uses it, and the document that describes it."""

import http.client
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from certificate_house import Made, World
from certificate_papers import real_now
from certificate_world import build_world
from verify_stand import served, site_parts

from certificate_service.domain.digits import to_digits
from certificate_service.domain.report import Report
from trust.identity.council import council_from_json, root_fingerprint

PREFIX = "https://v.demo.invalid/v#"


@dataclass
class Answer:
    """What came back."""

    status_code: int
    headers: Any
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


class Client:
    """A program that talks HTTP."""

    def __init__(self, address: str) -> None:
        self.address = address

    def post(self, path: str, content: bytes, kind: str = "application/json") -> Answer:
        return self._send(path, content, {"Content-Type": kind})

    def get(self, path: str) -> Answer:
        return self._send(path, None, {})

    def _send(self, path: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(self.address + path, content, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.headers, refused.read())


class Stand:
    """A site with one certificate in force and one revoked."""

    def __init__(self, world: World, good: Made, revoked: Made) -> None:
        self.world, self.good, self.revoked = world, good, revoked

    @contextmanager
    def client(self, calls: int = 600) -> Iterator[Client]:
        parts = site_parts(self.world.folder / "site", self.world.council, calls=calls)
        with served(parts) as address:
            yield Client(address)


@pytest.fixture
def client(stand: Stand) -> Iterator[Client]:
    with stand.client() as made:
        yield made


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Iterator[Stand]:
    world = build_world(tmp_path_factory.mktemp("api"), parts / "fonts", real_now())
    good, revoked = world.certify(), world.certify()
    world.publisher.publish_all()
    world.status.change(world.status_order(revoked.number, "revoked"), "shangrao", wanted="revoked")
    return Stand(world, good, revoked)


def ask(client: Client, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/verify", json.dumps(body).encode())
    said = answer.json()
    if answer.status_code in (200, 429, 503):
        msgspec.convert(said, Report, strict=True)
        assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, said


def test_every_way_of_asking_gives_the_verdict(stand: Stand, client: Client) -> None:
    text = PREFIX + to_digits(stand.good.token)
    status, said = ask(client, text=text)
    assert (status, said["verdict"], said["genuine"]) == (200, "V09", None)
    status, said = ask(client, text=text, code=stand.good.code)
    assert (said["verdict"], said["status"]) == ("V00", "valid")
    assert said["certificate"]["facts"][0] == "张𠅤"
    assert ask(client, text=to_digits(stand.good.token))[1]["verdict"] == "V09"
    assert ask(client, text=text, code=stand.good.code, days=0)[1]["verdict"] in ("V00", "V07")
    status, said = ask(client, number=stand.good.number, code=stand.good.code)
    assert (said["verdict"], said["banner"]) == ("V00", "证明真实有效，内容已比对")
    pdf = "application/pdf"
    said = client.post("/api/verify", stand.good.pdf, pdf).json()
    assert (said["verdict"], said["level"]) == ("V00", "B")
    assert [step["n"] for step in said["steps"]] == list(range(1, 10))


def test_a_failure_tells_nothing_about_a_person(stand: Stand, client: Client) -> None:
    pdf = "application/pdf"
    spoilt = stand.good.pdf[:-20] + b"x" + stand.good.pdf[-19:]
    answers = [
        ask(client, text=PREFIX + to_digits(stand.revoked.token), code=stand.revoked.code)[1],
        ask(client, text=PREFIX + "123")[1],
        ask(client, number="361100-2026-777777", code=stand.good.code)[1],
        client.post("/api/verify", spoilt, pdf).json(),
        client.post("/api/verify", b"%PDF-1.4", pdf).json(),
    ]
    for said in answers:
        words = json.dumps(said, ensure_ascii=False)
        for secret in ("张", "李", "1985年", "城关字"):
            assert secret not in words
    assert answers[0]["verdict"] == "V04"
    assert answers[2]["verdict"] == "V01"
    assert answers[3]["verdict"] == "V06"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'{"text":"1","number":"2"}', "application/json", 422),
        (b"{}", "application/json", 422),
        (b'{"text":"1","more":1}', "application/json", 422),
        (b'{"text":1}', "application/json", 422),
        (b'{"text":"\xff"}', "application/json", 422),
        (b'{"text":"' + b"1" * 5000 + b'"}', "application/json", 413),
        (b"text=1", "application/x-www-form-urlencoded", 415),
        (b"", "", 415),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(
    client: Client, content: bytes, kind: str, status: int
) -> None:
    answer = client.post("/api/verify", content, kind)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "message"}


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(client: Client) -> None:
    connection = http.client.HTTPConnection(client.address.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", "/api/verify")
    connection.putheader("Content-Type", "application/pdf")
    connection.putheader("Content-Length", str(20 * 1024 * 1024 + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_calls_from_one_address_and_tries_for_one_number_are_bounded(
    stand: Stand, client: Client
) -> None:
    text = PREFIX + to_digits(stand.good.token)
    with stand.client(calls=8) as bounded:
        assert [ask(bounded, text=text)[0] for _ in range(8)] == [200] * 8
        status, said = ask(bounded, text=text, code=stand.good.code)
        assert (status, said["verdict"], said["certificate"]) == (429, "V11", {})
    tries = [ask(client, number=stand.good.number, code="0" * 10)[1] for _ in range(6)]
    assert [said["verdict"] for said in tries] == ["V01"] * 5 + ["V11"]
    body = json.dumps({"number": stand.good.number, "code": "0" * 10}).encode()
    answer = client.post("/api/verify", body)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")


def test_the_description_is_of_what_is_answered(stand: Stand, client: Client) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    operation = document["paths"]["/api/verify"]["post"]
    assert set(operation["requestBody"]["content"]) == {"application/json", "application/pdf"}
    schemas = document["components"]["schemas"]
    said = ask(client, text=PREFIX + to_digits(stand.good.token), code=stand.good.code)[1]
    described = schemas["Report"]["properties"]
    assert set(said) == set(described)
    assert set(said["steps"][0]) <= set(schemas["StepReport"]["properties"])
    assert set(said["certificate"]) <= set(schemas["CertificateReport"]["properties"])
    references = set(json.dumps(document).split('"#/components/schemas/')[1:])
    assert {one.partition('"')[0] for one in references} <= set(schemas)
    assert set(operation["responses"]) == {"200", "413", "415", "422", "429", "503"}


def test_the_root_fingerprint_is_published_where_it_is_printed(
    stand: Stand, client: Client, tmp_path: Path
) -> None:
    expected = root_fingerprint(council_from_json(stand.world.council.read_bytes()))
    assert expected in client.get("/verify").content.decode()
    assert client.get("/council.json").content == stand.world.council.read_bytes()
    path = tmp_path / "extract.pdf"
    path.write_bytes(stand.good.pdf)
    printed = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    assert expected in printed.stdout.decode()
    picture = tmp_path / "page"
    subprocess.run(["pdftoppm", "-r", "300", "-png", "-f", "1", "-l", "1", str(path), str(picture)])
    (page,) = tmp_path.glob("page*.png")
    read = subprocess.run(["zbarimg", "-q", "--raw", str(page)], capture_output=True, check=True)
    assert read.stdout.decode().strip() == PREFIX + to_digits(stand.good.token)
    (Path("var") / "documents").mkdir(parents=True, exist_ok=True)
    page.rename(Path("var") / "documents" / "extract-root-fingerprint.png")
