"""One suite for the registry's stores, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from federation_registry.adapters.sql_enrolments import SqlEnrolmentBook
from federation_registry.adapters.sql_parts import SqlPartStore, prepare_directory
from federation_registry.adapters.tables import SCHEMA, VERSION, metadata
from federation_registry.domain.publishing import KeptPart, is_new
from federation_registry.ports import Contents, Denial, Enrolment, NewPart, StoredHead
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, Signature
from trust.identity.directory_tree import Contents as ContentsReader
from trust.identity.directory_tree import ListedPart, grow_tree
from trust.identity.enrolment import EnrolmentState, Invitation, IssuedCertificate
from trust.identity.participant import Participant, ParticipantKind
from trust.store.engine import open_engine
from trust.store.schema import ensure_schema

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
NODE = Participant(kind=ParticipantKind.NODE, slug="shangrao", trust_domain="demo.invalid")


@pytest.fixture
def engine(database_url: str):
    opened = open_engine(database_url)
    ensure_schema(opened, metadata, SCHEMA, VERSION)
    prepare_directory(opened)
    prepare_directory(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def store(engine) -> SqlPartStore:
    return SqlPartStore(engine)


@pytest.fixture
def book(engine, clock: Callable[[], datetime]) -> SqlEnrolmentBook:
    return SqlEnrolmentBook(engine, clock)


def envelope(text: str) -> Envelope:
    signature = Signature(kid="0" * 16, suite="LT-1", value=bytes(64))
    return Envelope(
        payload_type="application/vnd.lantai.coverage.v1+json",
        payload=text.encode(),
        signatures=(signature,),
    )


def part(
    sequence: int = 1,
    subject: str = "361100/x",
    text: str = "",
    sections: tuple[str, ...] = ("shangrao",),
) -> NewPart:
    name = f"{subject}{sequence}{text}"
    return NewPart(
        kind="coverage",
        subject=subject,
        sequence=sequence,
        owner="shangrao",
        sha256=name.encode().hex().ljust(64, "0")[:64],
        envelope_id=name,
        envelope=envelope(name),
        sections=sections,
    )


def put(store: SqlPartStore, new: NewPart) -> int:
    return store.put(new, lambda kept: is_new(kept, new.sequence, new.envelope_id), AT)


def test_versions_rise_by_one_with_each_change(store: SqlPartStore) -> None:
    assert store.version() == 0
    assert put(store, part(1)) == 1
    assert put(store, part(1)) == 1
    assert put(store, part(2)) == 2
    assert put(store, part(1, "361100/y")) == 3
    assert store.version() == 3


def test_only_the_newest_of_each_subject_is_listed_and_old_ones_can_be_fetched(
    store: SqlPartStore,
) -> None:
    old, new = part(1), part(2)
    put(store, old)
    put(store, new)
    assert store.addresses() == (new.sha256,)
    assert store.of_kind("coverage") == (new.envelope,)
    assert store.get((new.sha256, old.sha256)) == (new.envelope, old.envelope)
    assert store.of_kind("agreement") == ()


def test_a_refused_part_changes_nothing(store: SqlPartStore) -> None:
    put(store, part(2))
    for bad, code in ((part(1), "PART_OUTDATED"), (part(2, text="other"), "DIRECTORY_FORKED")):
        with pytest.raises(Refusal) as refused:
            put(store, bad)
        assert refused.value.code == code
    assert store.version() == 1
    assert store.addresses() == (part(2).sha256,)


def test_an_unknown_part_is_refused(store: SqlPartStore) -> None:
    with pytest.raises(Refusal) as refused:
        store.get(("ab" * 32,))
    assert refused.value.code == "PART_UNKNOWN"


def test_large_sequences_are_kept(store: SqlPartStore) -> None:
    put(store, part(2**53 - 1))
    with pytest.raises(Refusal):
        put(store, part(2**53 - 2))


def test_denials_come_and_go_with_the_version(store: SqlPartStore) -> None:
    denial = Denial(participant_id="pudong", reason="退出", ordered_by="o-1", ordered_at=AT)
    assert store.deny(denial) == 1
    assert store.denials() == (denial,)
    assert store.deny(replace(denial, reason="泄密")) == 2
    assert [one.reason for one in store.denials()] == ["泄密"]
    assert store.allow("pudong", "o-2", AT) == 3
    assert store.allow("pudong", "o-2", AT) == 3
    assert store.denials() == ()


def test_the_head_is_renewed_for_the_version_of_that_moment(store: SqlPartStore) -> None:
    assert store.head() is None
    put(store, part(1))
    seen: list[Contents] = []
    made = store.renew_head(stamping(seen), AT)
    assert (seen[0].version, made, store.head()) == (1, made, made)
    assert store.renew_head(lambda _contents: None, AT) == made


def stamping(seen: list[Contents]) -> Callable[[Contents], StoredHead]:
    def make(contents: Contents) -> StoredHead:
        seen.append(contents)
        return StoredHead(version=contents.version, issued_at=AT, envelope=envelope("head"))

    return make


def listed_in(store: SqlPartStore, contents: Contents) -> dict[str, list[str]]:
    """Addresses by section, read from the root down as a node would."""
    read = ContentsReader(contents.root, lambda sha256: store.get_lists((sha256,))[0])
    return {name: [one.sha256 for one in read.parts(name)] for name in sorted(read.names())}


def test_the_contents_list_each_part_in_force_where_it_belongs(store: SqlPartStore) -> None:
    seen: list[Contents] = []
    store.renew_head(stamping(seen), AT)
    assert listed_in(store, seen[0]) == {}
    both = ("jiaxing", "shangrao")
    agreed, old, new = part(1, "a", sections=both), part(1, "c"), part(2, "c")
    for one in (agreed, old):
        put(store, one)
    store.renew_head(stamping(seen), AT)
    assert listed_in(store, seen[1]) == {
        "jiaxing": [agreed.sha256],
        "shangrao": sorted([agreed.sha256, old.sha256]),
    }
    put(store, new)
    later = AT + timedelta(hours=2)
    store.renew_head(stamping(seen), later)
    assert listed_in(store, seen[2])["shangrao"] == sorted([agreed.sha256, new.sha256])
    # The same contents, made at once by somebody else, have the same root.
    sections = {name: [] for name in both}
    for name, kept in (("jiaxing", agreed), ("shangrao", agreed), ("shangrao", new)):
        sections[name].append(ListedPart(sha256=kept.sha256, kind=kept.kind, owner=kept.owner))
    assert grow_tree(sections).root == seen[2].root
    # Whoever reads under the older head can finish, for an hour.
    assert listed_in(store, seen[1])["shangrao"] == sorted([agreed.sha256, old.sha256])
    assert store.prune(later + timedelta(minutes=61)) == 4
    with pytest.raises(Refusal, match="PART_UNKNOWN"):
        listed_in(store, seen[1])
    assert listed_in(store, seen[2])["jiaxing"] == [agreed.sha256]


def test_only_what_changed_is_read_again(store: SqlPartStore) -> None:
    first, second = part(1, "x"), part(1, "y")
    put(store, first)
    version = put(store, second)
    assert [one.sha256 for one in store.changed_since(0)] == [first.sha256, second.sha256]
    assert store.changed_since(version) == ()
    newer = part(2, "x")
    put(store, newer)
    (changed,) = store.changed_since(version)
    assert (changed.sha256, changed.subject, changed.envelope) == (
        newer.sha256,
        "x",
        newer.envelope,
    )
    assert store.counts() == {"coverage": 2}


def test_replaced_parts_go_in_time_and_what_proves_the_past_stays(store: SqlPartStore) -> None:
    kinds = {"key": "shangrao/tls/", "agreement": "jiaxing-shangrao"}
    for kind, subject in kinds.items():
        for sequence in (1, 2):
            put(store, replace(part(sequence, subject), kind=kind))
    assert store.prune(AT + timedelta(days=29)) == 0
    assert store.prune(AT + timedelta(days=31)) == 1
    assert store.prune(AT + timedelta(days=9999)) == 0
    assert store.get((part(1, kinds["agreement"]).sha256, part(2, kinds["key"]).sha256))
    with pytest.raises(Refusal, match="PART_UNKNOWN"):
        store.get((part(1, kinds["key"]).sha256,))


def test_many_writers_lose_nothing_and_skip_no_version(store: SqlPartStore) -> None:
    versions: list[int] = []

    def write(number: int) -> None:
        versions.append(put(store, part(1, f"361100/{number}")))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(versions) == list(range(1, 13))
    assert len(store.addresses()) == 12


def kept_of(new: NewPart) -> KeptPart:
    return KeptPart(sha256=new.sha256, sequence=new.sequence, envelope_id=new.envelope_id)


def test_decide_sees_what_is_kept(store: SqlPartStore) -> None:
    seen: list[KeptPart | None] = []

    def decide(kept: KeptPart | None) -> bool:
        seen.append(kept)
        return True

    store.put(part(1), decide, AT)
    store.put(part(2), decide, AT)
    assert seen == [None, kept_of(part(1))]


def enrolment(number: int = 1, **changes: object) -> Enrolment:
    invitation = Invitation(
        participant=NODE,
        token_sha256=f"{number:064x}",
        invited_by="officer-1",
        expires_at=AT + timedelta(hours=24),
    )
    return Enrolment(
        enrolment_id=f"{number:032x}",
        invitation=replace(invitation, **changes),  # type: ignore[arg-type]
    )


ISSUED = IssuedCertificate(participant=NODE, spki_sha256="aa" * 32, not_after=AT)


def pending(one: Enrolment) -> Enrolment:
    moved = replace(
        one.invitation, state=EnrolmentState.PENDING, fingerprint="bb" * 32, sign_public_key=b"k"
    )
    return replace(one, invitation=moved, csr_pem=b"csr", received_at=AT)


def test_an_enrolment_is_read_back_as_written(book: SqlEnrolmentBook) -> None:
    one = enrolment()
    book.add(one)
    assert book.get(one.enrolment_id) == one
    assert book.find_token(one.invitation.token_sha256) == one
    assert book.find_token("0" * 64) is None
    book.move(pending(one), EnrolmentState.OPEN)
    assert book.get(one.enrolment_id) == pending(one)
    assert book.list() == (pending(one),)


def test_one_open_invitation_per_participant(book: SqlEnrolmentBook) -> None:
    book.add(enrolment(1))
    with pytest.raises(Refusal) as refused:
        book.add(enrolment(2))
    assert refused.value.code == "ALREADY_INVITED"
    book.move(pending(enrolment(1)), EnrolmentState.OPEN)
    book.add(enrolment(2))


def test_of_many_that_move_one_invitation_one_wins(book: SqlEnrolmentBook) -> None:
    book.add(enrolment())
    results: list[str] = []

    def move() -> None:
        try:
            book.move(pending(enrolment()), EnrolmentState.OPEN)
            results.append("moved")
        except Refusal as refusal:
            results.append(refusal.code)

    threads = [threading.Thread(target=move) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["ENROLMENT_STATE"] * 7 + ["moved"]


def test_approval_and_certificate_are_one_transaction(book: SqlEnrolmentBook) -> None:
    book.add(enrolment())
    book.move(pending(enrolment()), EnrolmentState.OPEN)
    waiting = book.get(enrolment().enrolment_id)
    approved = replace(
        waiting,
        invitation=replace(waiting.invitation, state=EnrolmentState.APPROVED),
        chain_pem=b"chain",
    )
    book.add_certificate("11" * 32, ISSUED)
    with pytest.raises(Refusal) as refused:
        book.approve(approved, "22" * 32, ISSUED)
    assert refused.value.code == "KEY_REUSED"
    assert book.get(waiting.enrolment_id) == waiting
    book.approve(approved, "22" * 32, replace(ISSUED, spki_sha256="cc" * 32))
    assert book.get(waiting.enrolment_id).chain_pem == b"chain"
    with pytest.raises(Refusal) as again:
        book.approve(approved, "33" * 32, replace(ISSUED, spki_sha256="dd" * 32))
    assert again.value.code == "ENROLMENT_STATE"


def test_a_key_is_certified_once_in_its_life(book: SqlEnrolmentBook) -> None:
    book.add_certificate("11" * 32, ISSUED)
    assert book.is_key_known("aa" * 32)
    assert not book.is_key_known("ab" * 32)
    with pytest.raises(Refusal) as refused:
        book.add_certificate("22" * 32, ISSUED)
    assert refused.value.code == "KEY_REUSED"


def test_revoked_certificates_are_remembered_as_such(book: SqlEnrolmentBook) -> None:
    book.add_certificate("11" * 32, ISSUED)
    assert book.find_certificate("11" * 32) == ISSUED
    assert book.revoke_certificates(NODE) == 1
    assert book.revoke_certificates(NODE) == 0
    assert book.find_certificate("11" * 32) == replace(ISSUED, revoked=True)
    assert book.find_certificate("99" * 32) is None


def test_an_unknown_enrolment_is_refused(book: SqlEnrolmentBook) -> None:
    with pytest.raises(Refusal) as refused:
        book.get("f" * 32)
    assert refused.value.code == "ENROLMENT_UNKNOWN"
