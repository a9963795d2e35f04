"""`search --batch --case`: an agency's list, by two people, masked and in the log."""

import json
from dataclasses import replace

import pytest
from fake_certificates import FakeCertificates
from node_acts import file_and_review, zhou
from node_places import PASSWORD
from node_world import build_node_world

from node.bootstrap import make_desks, make_worker, open_base
from node.cli import main
from node.services.case_search import CaseSearch
from records.queries import RecordQuery, SoughtPerson
from records.refusal import Refusal

QUERY = {
    "id": "a",
    "category": "marriage_registration",
    "subject": {"name": "周金水", "birth": "1962-11-05"},
    "other_party": {"name": "吴桂兰"},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


@pytest.fixture(scope="module")
def case_no(world):
    base = open_base(world.nodes["shangrao"].data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller="shangrao")
    worker = make_worker(base, make_desks(base), partner=None, certificates=fake)
    case_no = file_and_review(world, zhou(window_archive="361100"))
    worker.run_until_idle()
    return case_no


def login(world, tmp_path, user):
    path = tmp_path / f"{user}.json"
    path.touch(mode=0o600)
    uri = world.node_of("361100").logins["361100", user]
    content = {"archive_code": "361100", "user": user, "password": PASSWORD + user,
               "totp_uri": uri}  # fmt: skip
    path.write_text(json.dumps(content), "utf-8")
    return str(path)


def test_two_people_search_for_a_case_and_read_masked_answers(world, case_no, tmp_path, capsys):
    queries = tmp_path / "q.jsonl"
    queries.write_text(json.dumps(QUERY, ensure_ascii=False) + "\n{}\n", "utf-8")
    command = [
        "search", "--data", str(world.nodes["shangrao"].data), "--batch", str(queries),
        "--case", case_no, "--login", login(world, tmp_path, "dispatcher"), "--json",
    ]  # fmt: skip
    assert main(command) == 3
    assert capsys.readouterr().err.startswith("CASE_SEARCH_NOT_APPROVED: ")
    assert main([*command, "--leader-login", login(world, tmp_path, "leader")]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    (found,) = first["candidates"]
    recorded = {one["field"]: one["recorded"] for one in found["reasons"]}
    assert (recorded["a_name"], recorded["b_name"]) == ("周*水", "吴*兰")
    assert recorded["a_birth"] == "", "whose birthday it is stays hidden"
    assert second["error"]["code"] == "QUERY_MALFORMED"


def test_e26_an_officer_who_searches_without_a_case_is_stopped_and_seen(world, tmp_path, capsys):
    queries = tmp_path / "sixty.jsonl"
    names = [f"周{one}{other}" for one in "建国秀英志明桂兰" for other in "永福春梅家栋玉珍"][:60]
    lines = [json.dumps({**QUERY, "subject": {"name": name}}, ensure_ascii=False) for name in names]
    queries.write_text("\n".join(lines), "utf-8")
    command = ["search", "--data", str(world.nodes["shangrao"].data), "--batch", str(queries)]
    assert main(command) == 3
    assert capsys.readouterr().err.startswith("BENCH_ONLY: "), "nobody at all"
    assert main([*command, "--login", login(world, tmp_path, "dispatcher")]) == 3
    said = capsys.readouterr()
    assert said.err.startswith("NO_LAWFUL_CASE: ") and not said.out and "周" not in said.err
    base = open_base(world.nodes["shangrao"].data)
    with base.house.book.read() as book:
        alerts = {one.rule: one for one in book.list_alerts("361100", 10)}
    assert set(alerts) == {"NAMES_WITHOUT_CASE", "SEARCH_WITHOUT_CASE"}
    assert all(one.blocks and one.names == len(names) for one in alerts.values())
    with base.house.book.write() as book:
        for one in alerts.values():
            book.save_alert(replace(one, state="acknowledged"))
        book.forget_lookups(alerts["SEARCH_WITHOUT_CASE"].officer_id)


def test_one_person_alone_another_post_or_a_long_list_is_refused(world, case_no):
    base = open_base(world.nodes["shangrao"].data)
    batch = CaseSearch(base.house, base.catalogue)
    dispatcher = world.actor("361100", "dispatcher")
    leader, clerk = world.actor("361100", "leader"), world.actor("361100", "clerk")
    for searcher, approver, count, code in (
        (dispatcher, None, 1, "CASE_SEARCH_NOT_APPROVED"),
        (dispatcher, clerk, 1, "DUTY_NOT_HELD"),
        (clerk, leader, 1, "DUTY_NOT_HELD"),
        (dispatcher, leader, 51, "QUERY_MALFORMED"),
        (dispatcher, leader, 0, "QUERY_MALFORMED"),
        (dispatcher, world.actor("330400", "leader"), 1, "CASE_NOT_FOUND"),
    ):
        with pytest.raises(Refusal) as refused:
            batch.approve(case_no, searcher, approver, count)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        batch.approve("LT-361100-20261121-9999", dispatcher, leader, 1)
    assert refused.value.code == "CASE_NOT_FOUND"
    before = base.house.book
    with before.write() as book:
        size = book.log_size("361100")
    batch.approve(case_no, dispatcher, leader, 2)
    with before.write() as book:
        assert book.log_size("361100") == size + 2, "both people stand in the log"
    query = RecordQuery(category="marriage_registration", subject=SoughtPerson(name="周"))
    with pytest.raises(Refusal):
        batch.search(dispatcher, query)
