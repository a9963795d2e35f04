"""`lantai-registry` as an operator uses it: exit codes, one-line errors, JSON."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from registry_world import DAY, MARRIAGE, RegistryWorld, wall_clock

from federation_registry.cli import main
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import sign_statement


@pytest.fixture
def world(tmp_path: Path) -> RegistryWorld:
    return RegistryWorld(tmp_path, wall_clock)


class Terminal:
    """Runs commands and reads what they say."""

    def __init__(self, data: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self.capture = capture

    def run(self, command: str, *rest: object) -> tuple[int, str, str]:
        arguments = [command, "--data", str(self.data), *map(str, rest)]
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = self.capture.readouterr()
        return code, said.out, said.err

    def json(self, command: str, *rest: object) -> dict:
        code, out, err = self.run(command, *rest, "--json")
        assert code == 0, err
        return json.loads(out)

    def refused(self, command: str, *rest: object) -> tuple[int, str]:
        code, out, err = self.run(command, *rest)
        assert out == ""
        assert err.count("\n") == 1
        assert "→" in err
        assert "Traceback" not in err
        return code, err.split(":")[0]


@pytest.fixture
def terminal(world: RegistryWorld, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(world.house.folder.path, capsys)


def write(tmp_path: Path, name: str, statement: object, *signers: object) -> Path:
    path = tmp_path / name
    path.write_bytes(envelope_to_json(sign_statement(statement, *signers)))  # type: ignore[arg-type]
    return path


def test_init_says_what_the_council_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal(tmp_path / "new", capsys)
    result = terminal.json("init")
    assert result["registry_id"] == "registry"
    assert result["trust_domain"] == "demo.invalid"
    assert result["tls_roots_pem"].startswith("-----BEGIN CERTIFICATE-----")
    assert (tmp_path / "new" / "keys" / "sign.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "keys" / "offline" / "tls_root.key").exists()
    assert terminal.refused("init") == (3, "DATA_EXISTS")


def test_a_sample_domain_is_refused_in_production(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal(tmp_path / "new", capsys)
    assert terminal.refused("init", "--production") == (3, "SAMPLE_DOMAIN_REFUSED")
    assert not (tmp_path / "new").exists()


def test_keys_are_encrypted_under_the_passphrase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n")
    terminal = Terminal(tmp_path / "new", capsys)
    terminal.json("init", "--passphrase-file", secret)
    for name in ("sign.key", "tls_issuing.key"):
        stored = (tmp_path / "new" / "keys" / name).read_bytes()
        assert b'"kdf":"argon2id"' in stored and b"PRIVATE KEY" not in stored


def test_the_council_is_pinned_once(
    tmp_path: Path, terminal: Terminal, world: RegistryWorld
) -> None:
    council = tmp_path / "council.json"
    assert terminal.json("directory", "pin-council", council)["threshold"] == 2
    other = RegistryWorld(tmp_path / "other", wall_clock)
    foreign = other.folder / "council.json"
    assert terminal.refused("directory", "pin-council", foreign) == (3, "COUNCIL_PINNED")
    assert terminal.refused("directory", "pin-council") == (2, "ONE_FILE")
    assert terminal.refused("directory", "pin-council", tmp_path / "no") == (2, "FILE_UNREADABLE")


def test_a_trust_list_is_published_and_members_are_listed(
    tmp_path: Path, terminal: Terminal, world: RegistryWorld
) -> None:
    world.list_member("shangrao")
    envelope = world.sign_list(world.next_list())
    path = tmp_path / "trust.dsse"
    path.write_bytes(envelope_to_json(envelope))
    assert terminal.json("directory", "publish-trust-list", path)["trust_version"] == 1
    members = terminal.json("members")
    assert [(one["participant_id"], one["state"]) for one in members["members"]] == [
        ("registry", "active"),
        ("shangrao", "active"),
    ]
    denied = terminal.json("members", "--deny", "shangrao", "--by", "o1", "--reason", "退出")
    assert denied["members"][1]["state"] == "denied"
    assert terminal.json("directory")["denied"] == ["shangrao"]
    allowed = terminal.json("members", "--allow", "shangrao", "--by", "o1")
    assert allowed["members"][1]["state"] == "active"
    assert terminal.refused("members", "--deny", "nobody", "--by", "o1") == (3, "MEMBER_UNKNOWN")
    one_seat = tmp_path / "one.dsse"
    one_seat.write_bytes(envelope_to_json(world.sign_list(world.next_list(version=2), seats=1)))
    assert terminal.refused("directory", "publish-trust-list", one_seat)[0] == 3


def test_keys_that_end_soon_are_announced(terminal: Terminal, world: RegistryWorld) -> None:
    world.list_member("shangrao")
    member = world.members["shangrao"]
    soon = replace(member.sign_keys[0], not_after=wall_clock() + 20 * DAY)
    world.members["shangrao"] = replace(member, sign_keys=(soon,))
    world.publish_list()
    notices = terminal.json("members")["notices"]
    assert len(notices) == 1
    assert "30 日内到期" in notices[0]


def test_agreements_coverage_and_route(
    tmp_path: Path, terminal: Terminal, world: RegistryWorld
) -> None:
    world.with_members()
    jiaxing, shangrao = world.signers["jiaxing"], world.signers["shangrao"]
    agreed = write(tmp_path, "a", world.agreement("jiaxing", "shangrao"), jiaxing, shangrao)
    half = write(tmp_path, "h", world.agreement("jiaxing", "pudong"), jiaxing)
    declared = write(tmp_path, "c", world.coverage("shangrao"), shangrao)
    listed = terminal.json("agreements", "--publish", agreed)
    assert listed["agreements"][0]["standing"] == "in_force"
    proposed = terminal.json("agreements", "--publish", half)["agreements"]
    assert [one["standing"] for one in proposed] == ["in_force", "proposed"]
    assert (
        terminal.json("coverage", "--publish", declared)["coverage"][0]["archive_code"] == "361100"
    )
    place = ("--category", MARRIAGE, "--place", "上饶县", "--year", "1985")
    answer = terminal.json("route", *place, "--from", "jiaxing")
    assert set(answer) >= {"nodes", "refused", "ask", "jurisdictions"}
    assert answer["nodes"][0]["node_id"] == "shangrao"
    assert answer["nodes"][0]["agreement_id"] == "jiaxing-shangrao"
    assert set(answer["nodes"][0]) >= {"node_id", "why", "agreement_id", "state"}
    assert answer["jurisdictions"][0] == {"code": "362321", "name": "上饶县", "period": "1981-2000"}
    from_pudong = terminal.json("route", *place, "--from", "pudong")
    assert [one["code"] for one in from_pudong["refused"]] == ["AGREEMENT_SCOPE"]
    code, out, _ = terminal.run("route", *place, "--from", "pudong")
    assert code == 0
    assert "AGREEMENT_SCOPE" in out


def test_an_ambiguous_place_is_a_question(terminal: Terminal) -> None:
    answer = terminal.json("route", "--category", MARRIAGE, "--place", "上饶", "--year", "1985")
    assert answer["nodes"] == []
    assert len(answer["ask"]["choices"]) > 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("route", "--category", "no_such", "--place", "x"), "CATEGORY_UNKNOWN"),
        (("route", "--category", MARRIAGE, "--year", "1700"), "ROUTE_MALFORMED"),
        (("route", "--category", MARRIAGE, "--year", "last"), "USAGE"),
        (("route",), "USAGE"),
        (("import-jurisdictions", "absent.csv"), "FILE_UNREADABLE"),
        (("approve", "0" * 32, "--by", "o2"), "ENROLMENT_UNKNOWN"),
        (("invite", "Bad_Name", "--by", "o1"), "IDENTITY_MALFORMED"),
        (("directory", "publish", "absent.dsse"), "FILE_UNREADABLE"),
        (("no-such-command",), "USAGE"),
        (("invite", "shangrao", "--by", "王敏"), "PSEUDONYM_MALFORMED"),
        (("invite", "shangrao", "--by", ""), "PSEUDONYM_MALFORMED"),
        (("members", "--deny", "shangrao", "--by", "o1"), "DIRECTORY_INCOMPLETE"),
    ],
)
def test_bad_input_gets_a_code_and_a_remedy(
    terminal: Terminal, arguments: tuple[str, ...], code: str
) -> None:
    said = terminal.refused(*arguments)
    assert said[1] == code
    assert said[0] in (2, 3, 4, 5)


def test_a_data_directory_must_exist(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(tmp_path / "absent", capsys)
    assert terminal.refused("members") == (2, "DATA_MISSING")


@pytest.mark.shared_data
def test_the_public_table_is_imported_and_used(terminal: Terminal, shared_data: Path) -> None:
    result = terminal.json("import-jurisdictions", shared_data / "admin" / "areacodes_result.csv")
    assert result["rows"] == 6824
    answer = terminal.json("route", "--category", MARRIAGE, "--place", "江干区", "--year", "1995")
    assert {one["code"] for one in answer["jurisdictions"]} == {"330104", "330102", "330114"}
    lost = terminal.json("route", "--category", MARRIAGE, "--place", "邯郸地区", "--year", "1985")
    assert lost["ask"]["code"] == "NO_SUCCESSOR_RECORDED"


def test_a_damaged_table_leaves_the_old_one(tmp_path: Path, terminal: Terminal) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("代码,名称\n1,2\n")
    assert terminal.refused("import-jurisdictions", bad) == (2, "AREA_TABLE_MALFORMED")
    answer = terminal.json("route", "--category", MARRIAGE, "--place", "上饶县", "--year", "1985")
    assert answer["jurisdictions"][0]["code"] == "362321"
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x00")
    assert terminal.refused("import-jurisdictions", binary) == (2, "FILE_UNREADABLE")


def test_a_token_is_shown_once_and_only_its_digest_is_kept(
    terminal: Terminal, world: RegistryWorld
) -> None:
    sent = terminal.json("invite", "shangrao", "--by", "o1", "--hours", "2")
    assert len(sent["token"]) == 43
    database = world.house.folder.database_file.read_bytes()
    assert sent["token"].encode() not in database
    pending = terminal.json("members")["pending"]
    assert [one["enrolment_id"] for one in pending] == [sent["enrolment_id"]]
    assert "fingerprint" not in pending[0]
    assert terminal.refused("invite", "shangrao", "--by", "o1") == (3, "ALREADY_INVITED")
    assert terminal.json("approve", sent["enrolment_id"], "--reject", "--by", "o2")["state"] == (
        "rejected"
    )
    assert terminal.json("invite", "shangrao", "--by", "o1")["token"] != sent["token"]


def test_an_expired_invitation_makes_room(terminal: Terminal, world: RegistryWorld) -> None:
    past = timedelta(seconds=-1)
    world.house.enrol.invite(world.participant("shangrao"), invited_by="o1", life=past)
    assert terminal.json("invite", "shangrao", "--by", "o1")["token"]


def test_the_directory_is_exported_for_a_node_without_a_network(
    tmp_path: Path, terminal: Terminal, world: RegistryWorld
) -> None:
    world.with_members()
    result = terminal.json("directory", "export", tmp_path / "out")
    assert result["parts"] == len(list((tmp_path / "out").glob("*.json")))


def test_help_is_there_for_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("init", "serve", "invite", "approve", "members", "agreements", "coverage",
                    "directory", "import-jurisdictions", "route"):  # fmt: skip
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0
        assert "--data" in capsys.readouterr().out
