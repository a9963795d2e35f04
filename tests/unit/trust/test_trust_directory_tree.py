"""The directory's table of contents: what a reader fetches, and what a liar may not list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from federation_forge import Federation, Registry
from hypothesis import given
from hypothesis import strategies as st

from records.coverage import ArchiveCoverage, CoverageRow
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import sign_statement
from trust.identity import directory_parts
from trust.identity.delta import apply_delta, inflate, make_delta
from trust.identity.directory import DirectorySnapshot, build_snapshot
from trust.identity.directory_fetch import fetch_snapshot
from trust.identity.directory_files import load_snapshot, save_snapshot
from trust.identity.directory_hearing import hear_head, hear_parts, hear_trust_list
from trust.identity.directory_parts import open_part, part_sha256
from trust.identity.directory_scope import EVERYTHING, Scope
from trust.identity.directory_tree import (
    Contents,
    ListedPart,
    group_of,
    grow_tree,
    list_sha256,
    write_group,
    write_root,
    write_section,
)

SHA = "ab" * 32
ENTRY = ListedPart(sha256=SHA, kind="endpoint", owner="shangrao")


@pytest.fixture
def registry(at: datetime) -> Registry:
    return Registry(Federation(at))


@dataclass
class Source:
    """Hands out what a registry of the tests has; remembers what was asked."""

    registry: Registry
    asked: list[str] = field(default_factory=list)

    def get_lists(self, sha256s: Sequence[str]) -> Sequence[bytes]:
        self.asked += sha256s
        return [self.registry.federation.lists[one] for one in sha256s]

    def get_parts(self, sha256s: Sequence[str]) -> Sequence[Envelope]:
        self.asked += sha256s
        by_sha256 = {part_sha256(part): part for part in self.registry.parts}
        return [by_sha256[one] for one in sha256s]

    def get_trust_list(self, sha256: str, held: Envelope | None) -> Envelope:
        self.asked.append(sha256)
        return self.registry.trust


def fetch(
    registry: Registry, previous: DirectorySnapshot | None, scope: Scope = EVERYTHING
) -> tuple[DirectorySnapshot, int]:
    source, federation = Source(registry), registry.federation
    head = registry.head()
    council, at = federation.council, federation.at
    snapshot = fetch_snapshot(head, source, council, previous, lambda: at, scope)
    return snapshot, len(source.asked)


def test_the_same_parts_give_the_same_root_in_any_order() -> None:
    parts = [ListedPart(sha256=f"{n:064x}", kind="key", owner="x") for n in range(20)]
    one = grow_tree({"jiaxing": parts, "shangrao": parts[:3]})
    other = grow_tree({"shangrao": parts[2::-1], "jiaxing": [*parts[::-1], parts[0]]})
    assert one == other
    assert one.root != grow_tree({"jiaxing": parts}).root


def test_a_whole_directory_is_read_by_hash_and_only_changes_again(registry: Registry) -> None:
    first, asked = fetch(registry, None)
    assert len(first.parts()) == 7
    assert asked > 7
    again, asked = fetch(registry, first)
    assert (again.parts(), asked) == (first.parts(), 0)
    federation = registry.federation
    registry.parts[2] = sign_statement(
        federation.endpoint(sequence=2, grpc="127.0.0.1:7002"), federation.sign["shangrao"]
    )
    changed, asked = fetch(registry, again)
    # Root, group, section and the part itself.
    assert asked == 4
    assert changed.endpoints["shangrao"].sequence == 2


def test_a_node_reads_its_own_and_its_partners_sections(registry: Registry) -> None:
    everything, all_asked = fetch(registry, None)
    for own in ("jiaxing", "shangrao"):
        snapshot, asked = fetch(registry, None, Scope(own=own))
        assert snapshot.agreements.keys() == everything.agreements.keys()
        assert snapshot.coverage == everything.coverage
        assert asked <= all_asked
    stranger, asked = fetch(registry, None, Scope(own="registry"))
    assert (dict(stranger.agreements), stranger.coverage) == ({}, ())
    assert asked < all_asked
    small, _ = fetch(registry, None, Scope(own="registry", everyone_up_to=3))
    assert small.coverage == everything.coverage
    assert dict(small.agreements) == {}


def test_a_signature_is_computed_once(
    registry: Registry, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = registry.snapshot()
    computed: list[Envelope] = []
    real = directory_parts.open_statement

    def counting(envelope: Envelope, *rest: object, **more: object) -> object:
        computed.append(envelope)
        return real(envelope, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(directory_parts, "open_statement", counting)
    federation = registry.federation
    federation.at = at + timedelta(hours=2)
    registry.parts.append(
        sign_statement(federation.endpoint("jiaxing"), federation.sign["jiaxing"])
    )
    second = registry.snapshot(first)
    assert [part_sha256(one) for one in computed] == [part_sha256(registry.parts[-1])]
    # Another key for the same id, or the end of a key, is not the same.
    part = second.endpoints["jiaxing"]
    left = federation.view(federation.with_member(federation.trust_list(), "jiaxing", state="left"))
    with pytest.raises(Refusal):
        open_part(part.envelope, left, federation.at, part)


def contents(sections: dict[str, str], group: str, lists: dict[str, bytes]) -> Contents:
    """A table of contents with one group, made by hand."""
    data = write_group(group, sections)
    root = write_root({group: list_sha256(data)})
    lists |= {list_sha256(data): data, list_sha256(root): root}
    return Contents(list_sha256(root), lists.get)


def test_a_section_in_a_wrong_group_is_refused() -> None:
    lists: dict[str, bytes] = {}
    section = write_section("shangrao", [ENTRY])
    lists[list_sha256(section)] = section
    right = contents({"shangrao": list_sha256(section)}, group_of("shangrao"), lists)
    assert right.parts("shangrao") == (ENTRY,)
    assert right.parts("jiaxing") == ()
    wrong = contents({"shangrao": list_sha256(section)}, "00", lists)
    with pytest.raises(Refusal, match="DIRECTORY_PART_INVALID"):
        wrong.sections("00")


def test_a_section_under_another_name_is_refused() -> None:
    lists: dict[str, bytes] = {}
    section = write_section("jiaxing", [ENTRY])
    lists[list_sha256(section)] = section
    made = contents({"shangrao": list_sha256(section)}, group_of("shangrao"), lists)
    with pytest.raises(Refusal, match="DIRECTORY_PART_INVALID"):
        made.parts("shangrao")


@pytest.mark.parametrize("spoil", [lambda data: data + b" ", lambda _: None, lambda data: data[1:]])
def test_an_altered_list_is_never_read(spoil) -> None:
    tree = grow_tree({"shangrao": [ENTRY]})
    for sha256 in tree.lists:
        spoilt = {**tree.lists, sha256: spoil(tree.lists[sha256])}
        with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
            Contents(tree.root, spoilt.get).parts("shangrao")


def test_an_archive_declares_everything_at_once(registry: Registry, at: datetime) -> None:
    federation, node = registry.federation, registry.federation.sign["shangrao"]
    single = federation.coverage(category="school_record")
    row = CoverageRow(
        category="marriage_registration",
        areas=("361100",),
        covered_from=1950,
        covered_to=2013,
        as_of=single.as_of,
    )
    whole = ArchiveCoverage(archive_code="361100", node_id="shangrao", sequence=1, rows=(row,))
    registry.parts += [sign_statement(single, node), sign_statement(whole, node)]
    (found,) = registry.snapshot().coverage
    assert (found.statement.category, found.statement.covered_to) == (row.category, 2013)
    view = federation.view()
    for wrong, signer in (
        (whole, federation.sign["jiaxing"]),
        (ArchiveCoverage(archive_code="330400", node_id="shangrao", sequence=1, rows=()), node),
        (ArchiveCoverage(archive_code="361100", node_id="jiaxing", sequence=1, rows=()), node),
        (
            ArchiveCoverage(archive_code="361100", node_id="shangrao", sequence=1, rows=(row, row)),
            node,
        ),
    ):
        with pytest.raises(Refusal, match="DIRECTORY_PART_INVALID"):
            open_part(sign_statement(wrong, signer), view, at)


def test_a_newer_head_heard_denies_at_once_and_keeps_the_age(
    registry: Registry, at: datetime, tmp_path: Path
) -> None:
    federation, first = registry.federation, registry.snapshot()
    unknown = registry.head(root="cd" * 32, denied=("shangrao",), issued_at=at)
    heard = hear_head(first, unknown, at)
    assert heard.denied == {"shangrao"}
    assert heard.head == first.head
    with pytest.raises(Refusal, match="MEMBER_NOT_ACTIVE"):
        heard.get_endpoint("shangrao", at)
    # Kept across a restart, and by a registry that shows an older head.
    save_snapshot(tmp_path, heard, at)
    loaded = load_snapshot(tmp_path, federation.council)
    assert loaded is not None
    assert loaded.denied == {"shangrao"}
    registry.version = first.head.version - 1
    assert registry.snapshot(loaded).denied == {"shangrao"}
    # With the same contents it is in use with its own age.
    restamped = hear_head(first, registry.head(version=9, issued_at=at), at)
    assert (restamped.head.version, restamped.denied) == (9, frozenset())
    with pytest.raises(Refusal, match="DIRECTORY_ROLLBACK"):
        hear_head(heard, registry.head(version=1), at)


def test_a_trust_list_heard_judges_every_part_again(registry: Registry, at: datetime) -> None:
    federation, first = registry.federation, registry.snapshot()
    newer = federation.with_member(federation.trust_list(), "shangrao", state="left")
    heard = hear_trust_list(first, federation.sign_list(newer), federation.council, at)
    assert (heard.view.version, heard.parts(), len(heard.rejected)) == (2, (), 7)
    assert hear_trust_list(heard, federation.sign_list(newer), federation.council, at) is heard
    for old, code in (
        (federation.sign_list(federation.trust_list()), "TRUST_LIST_ROLLBACK"),
        (sign_statement(newer, federation.sign["registry"]), "SIGNER_UNKNOWN"),
    ):
        with pytest.raises(Refusal, match=code):
            hear_trust_list(heard, old, federation.council, at)


def test_parts_heard_are_only_their_owners_and_only_newer(registry: Registry, at: datetime) -> None:
    federation, first = registry.federation, registry.snapshot()
    node, thief = federation.sign["shangrao"], federation.sign["jiaxing"]
    newer = sign_statement(federation.endpoint(sequence=3, grpc="127.0.0.1:7003"), node)
    forged = sign_statement(federation.endpoint(sequence=9, grpc="evil.invalid:1"), thief)
    heard = hear_parts(first, [newer, forged, *registry.parts], at)
    assert heard.get_endpoint("shangrao", at).grpc == "127.0.0.1:7003"
    assert len(heard.parts()) == len(first.parts())
    assert hear_parts(heard, [newer], at) is heard
    older = sign_statement(federation.endpoint(sequence=2), node)
    assert hear_parts(heard, [older], at).get_endpoint("shangrao", at).sequence == 3


def test_a_list_revoked_key_of_the_registry_keeps_what_it_stamped(
    registry: Registry, at: datetime, tmp_path: Path
) -> None:
    """A new registry key comes by the council: nodes restart with what they knew meanwhile."""
    federation, first = registry.federation, registry.snapshot()
    key = federation.listed(federation.sign["registry"], revoked_at=at - timedelta(minutes=1))
    newer = federation.with_member(federation.trust_list(), "registry", sign_keys=(key,))
    heard = hear_trust_list(first, federation.sign_list(newer), federation.council, at)
    save_snapshot(tmp_path, heard, at)
    loaded = load_snapshot(tmp_path, federation.council)
    assert loaded is not None
    assert (loaded.head, loaded.view.version) == (first.head, 2)
    with pytest.raises(Refusal):
        build_snapshot(
            registry.head(), [], federation.council, loaded, at, lists=federation.lists.values()
        )


TEXTS = st.lists(st.sampled_from([b'{"a":1', b'"b":2', b'"c":"},{"', b"x" * 50, b""]), max_size=12)


@given(TEXTS, TEXTS)
def test_a_difference_gives_back_the_text(base: list[bytes], text: list[bytes]) -> None:
    one, other = b"},{".join(base), b"},{".join(text)
    assert apply_delta(one, make_delta(one, other)) == other
    assert apply_delta(b"anything", make_delta(b"", other)) == other


def test_the_difference_of_one_member_is_small() -> None:
    members = [b'{"id":%d,"key":"%064d"}' % (n, n * n) for n in range(4000)]
    base = b"[" + b",".join(members) + b"]"
    members[7] = members[7].replace(b'"id":7', b'"id":7,"state":"left"')
    text = b"[" + b",".join(members) + b"]"
    delta = make_delta(base, text)
    assert apply_delta(base, delta) == text
    assert len(delta) < 300


@given(st.binary(max_size=200))
def test_garbage_is_no_difference(data: bytes) -> None:
    with pytest.raises(Refusal, match="DIRECTORY_PART_INVALID"):
        apply_delta(b"base", data)


def test_a_bomb_is_not_unpacked() -> None:
    import zlib

    bomb = zlib.compress(bytes(20 * 1024 * 1024))
    with pytest.raises(Refusal, match="DIRECTORY_PART_INVALID"):
        inflate(bomb)
    assert inflate(zlib.compress(b"")) == b""
