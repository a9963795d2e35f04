"""`lantai-node work|request|case|staff|status|ledger` on a data folder, by officers with logins."""

import json
import sqlite3

import pytest
from fake_certificates import FakeCertificates
from node_places import PASSWORD
from node_world import build_node_world

from node.bootstrap import make_desks, make_worker, open_base
from node.cli import main

FORM = {
    "window_archive": "361100",
    "applicant": {
        "name": "周金水",
        "id_type": "resident_id",
        "id_no": "361199196211050313",
        "identity_assurance": "chip_read",
    },
    "query": {
        "category": "marriage_registration",
        "subject": {"name": "周金水", "birth": "1962-11-05"},
        "other_party": {"name": "吴桂兰"},
        "place": "上饶县",
        "period": {"from": "1985", "to": "1985"},
    },
    "purpose": "property",
    "consent": True,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


@pytest.fixture(scope="module")
def data(world):
    return world.nodes["shangrao"].data


@pytest.fixture
def run(data, world, tmp_path, capsys):
    """Run a command as an officer; its exit code, its JSON and its line on stderr."""

    def login_of(user):
        path = tmp_path / f"{user}.json"
        path.write_text(
            json.dumps(
                {
                    "archive_code": "361100",
                    "user": user,
                    "password": PASSWORD + user,
                    "totp_uri": world.nodes["shangrao"].logins["361100", user],
                }
            )
        )
        path.chmod(0o600)
        return str(path)

    def execute(*words, user="", reviewer=""):
        extra = ["--login", login_of(user)] if user else []
        extra += ["--reviewer-login", login_of(reviewer)] if reviewer else []
        code = main([*words, *extra, "--data", str(data), "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out.strip() else {}, err

    return execute


def test_a_case_is_worked_from_the_command_line(run, data, tmp_path):
    file = tmp_path / "request.json"
    file.write_text(json.dumps(FORM))
    code, filed, _ = run("request", "--file", str(file), user="clerk", reviewer="reviewer")
    assert (code, filed["state"]) == (0, "dispatched")
    assert run("request", "--file", str(file), user="clerk")[1]["case_no"] == filed["case_no"]
    base = open_base(data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, "shangrao")
    worker = make_worker(base, make_desks(base), None, fake)
    worker.run_until_idle()

    case = filed["case_no"]
    assert [one["case_no"] for one in run("work", "list", user="dispatcher")[1]["work"]] == [case]
    claimed = run("work", "claim", case, user="dispatcher")[1]["work"]
    (candidate,) = claimed["candidates"]
    marks = tmp_path / "marks.json"
    marks.write_text(
        json.dumps(
            [
                {"field": field, "compared": "same" if value else "not_recorded"}
                for field, _, value in candidate["printable"]
            ]
        )
    )
    reference = candidate["entry"]["reference_code"]
    step = ("work", "confirm", case, "--reference", reference)
    assert run(*step, user="dispatcher")[0] == 2, "a person writes the marks"
    assert run(*step, "--marks", str(marks), user="dispatcher")[0] == 0
    assert run("work", "release", case, user="dispatcher")[0] == 0
    code, _, err = run("work", "seal", case, user="dispatcher")
    assert code == 3 and err.startswith("DUTY_NOT_HELD: ") and "→" in err
    assert run("work", "seal", case, user="sealer")[0] == 0
    worker.run_until_idle()

    shown = run("case", "show", case, user="clerk")[1]
    assert shown["state"] == "sealed" and "周金水" not in json.dumps(shown, ensure_ascii=False)
    code, saved, _ = run("case", "save", case, "-o", str(tmp_path), user="clerk")
    assert code == 0 and saved["certificates"][0].endswith("361100-2026-000001.pdf")
    assert run("case", "hand-over", case, user="clerk")[1]["case"]["state"] == "delivered"
    code, ledger, _ = run("ledger", "verify")
    assert code == 0 and ledger["logs"]["361100"]["size"] >= 10
    code, status, _ = run("status")
    assert (status["counts"]["outbox"], status["directory"]) == (0, "normal")


def test_staff_is_listed_without_secrets(run):
    code, listed, _ = run("staff", "list")
    assert code == 0
    assert {one["user"] for one in listed["officers"]} >= {"clerk", "sealer"}
    assert "password" not in json.dumps(listed) and "totp" not in json.dumps(listed)


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (("work", "list"), 3, "OFFICER_NEEDED"),
        (("work", "list", "--login", "/nonexistent"), 2, "LOGIN_FILE"),
        (("request", "--file", "/nonexistent"), 3, "OFFICER_NEEDED"),
    ],
)
def test_no_command_without_an_officer(run, words, code, named):
    got, _, err = run(*words)
    assert err.startswith(f"{named}: ") and err.count("\n") == 1
    assert got in (code, 2)


def test_login_file_that_others_can_read_is_refused(run, tmp_path):
    path = tmp_path / "open.json"
    path.write_text("{}")
    path.chmod(0o644)
    code, _, err = run("work", "list", "--login", str(path))
    assert code == 2 and "0600" in err


def test_a_damaged_log_is_reported(world, tmp_path_factory, capsys):
    data = world.nodes["pudong"].data
    base = open_base(data)
    with base.house.book.write() as book:
        book.note("310115", "", "image_viewed", "310115/x", base.house.clock())
    base.house.book.make_proof("310115", 0, base.house.clock())
    base.engine.dispose()
    with sqlite3.connect(data / "lantai.db") as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE log_leaf SET body = CAST(replace(body, 'viewed', 'hidden') AS BLOB)"
        )
    assert main(["ledger", "verify", "--data", str(data)]) == 3
    assert capsys.readouterr().err.startswith("LEDGER_DAMAGED: ")


def test_unknown_data_folder_is_named(tmp_path, capsys):
    assert main(["status", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("DATA_FOLDER: ")
