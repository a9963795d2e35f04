"""`lantai-node keys ... --people` on a node with cases: nobody forgets who looked at whom."""

import json

import pytest
from node_acts import zhou
from node_places import PASSWORD
from node_staff import hire
from stepped_world import build_stepped_world

from node.cli import main
from node.cli.field_keys import at_rest_duties, make_carrying
from node.domain.access_log import VerifiedCitizen

HOLDER = "361100"
ZHOU = VerifiedCitizen(
    name="周金水", id_no="361199196211050313", identity_assurance="national_net_id"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    made = build_stepped_world(tmp_path_factory.mktemp("person-keys"), table_folder)
    hire(made.world, HOLDER, "master", ("repository_master",))
    made.fulfil(made.file(zhou()))
    made.clock.pass_(hours=25)
    yield made
    made.close()


@pytest.fixture
def command(world, tmp_path, capsys):
    """Runs `lantai-node keys` on the holder's node; exit code and what was said."""
    node = world.world.node_of(HOLDER)

    def login(user):
        path = tmp_path / f"{user}.json"
        path.touch(mode=0o600)
        said = {"archive_code": HOLDER, "user": user, "password": PASSWORD + user}
        said["totp_uri"] = node.logins[HOLDER, user]
        path.write_text(json.dumps(said), "utf-8")
        return str(path)

    def run(step, *words, leader=""):
        logins = [] if step == "list" else ["--login", login("master")]
        logins += ["--leader-login", login(leader)] if leader else []
        capsys.readouterr()
        code = main(["keys", step, *words, "--data", str(node.data), "--json", *logins])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else said.err

    return run


def looks(world):
    report = world.at(HOLDER).office.rights.access_log.own(ZHOU)
    return [(line.what, line.who.value) for line in report.lines]


def test_the_key_changes_under_a_running_node_and_the_old_one_is_burnt(world, command):
    before = looks(world)
    assert before == [("released", "own"), ("consulted", "own")]
    code, said = command("list")
    assert code == 0 and said["people_in_use"] == [1] and len(said["people"]["1"]) == 16
    code, said = command("rotate", "--people")
    assert code == 0 and said["newest"] == 2 and not said["resumed"] and said["looked_at"] >= 4
    assert looks(world) == before, "a process that was started before knows the new key too"
    assert "person_key_made" in world.leaves(HOLDER)
    assert command("list")[1]["people_in_use"] == [2]
    code, said = command("burn", "2", "--people", leader="leader")
    assert code != 0 and said.startswith("FIELD_KEY_IN_USE")
    code, said = command("burn", "1", "--people", leader="leader")
    assert code == 0 and said == {"burnt": 1}
    assert looks(world) == before
    world.open(world.world.node_of(HOLDER).node_id)
    assert looks(world) == before, "after a restart, with one key alone"


def test_a_rotation_that_was_killed_is_finished_and_makes_no_further_key(world, command):
    base = world.at(HOLDER).base
    carrying = make_carrying(base)
    carrying.begin(base.folder.person_keys())
    carrying.step(1)
    assert looks(world) == [("released", "own"), ("consulted", "own")]
    code, said = command("rotate", "--people")
    assert code == 0 and said["newest"] == 3 and said["resumed"]
    assert command("list")[1]["people_in_use"] == [3]
    carrying.begin(base.folder.person_keys())
    at_rest_duties(base)["digests"]()
    assert command("list")[1]["people_in_use"] == [4], "or the server's duty finishes it"
    assert looks(world) == [("released", "own"), ("consulted", "own")]


def test_the_field_keys_are_rotated_and_burnt_apart(world, command):
    """Each waited for itself on SQLite: tables were seen to in the middle of a transaction."""
    before = command("list")[1]
    old, new = max(map(int, before["keys"])), max(map(int, before["keys"])) + 1
    code, said = command("rotate")
    assert (code, said["newest"]) == (0, new) and said["resealed"] > 0
    sealing = at_rest_duties(world.open("shangrao").base)["files"]
    for _ in range(10):
        sealing()
    code, said = command("burn", str(old), leader="leader")
    assert (code, said) == (0, {"burnt": old})
    after = command("list")[1]
    assert list(after["keys"]) == [str(new)] and after["people"] == before["people"]
