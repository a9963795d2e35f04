"""`lantai council`: the acts of the federation's council, each at a table without a network.

    seat   a key in a folder of its own          draft  the next trust list, unsigned
    file   council.json, which everybody pins    sign   one seat's signature over a draft
                                                 merge  the signatures together: the list

Two of three seats sign; a list with fewer signatures is refused here as it is by everybody else.
"""

import argparse
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.ceremony import TRUST_LIST_LIFE, listed_key, next_trust_list
from deploy.reasons import COUNCIL_FILE
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_to_json
from trust.envelope.statement import decode, encode, sign_statement
from trust.envelope.suites import PublicKey
from trust.identity.council import CouncilKeys, council_from_json, council_to_json
from trust.identity.keys import (
    Ed25519Signer,
    new_ed25519,
    public_key_from_base64,
    public_key_to_base64,
    read_signer,
    write_private_key,
)
from trust.identity.list_rules import check_trust_list
from trust.identity.trust_list import ListedArchive, Member, TrustList
from trust.identity.verified_list import verify_trust_list

_MOST_BYTES = 8 * 1024 * 1024
_STATES = ("active", "suspended", "left")


def add_council(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers
    """Add the group."""
    council = commands.add_parser("council", help="联盟理事会的离线操作 · the council, offline")
    council.add_argument("--json", action="store_true")
    steps = council.add_subparsers(dest="step", required=True, metavar="STEP")
    seat = _step(steps, "seat", _seat, "make a seat's key")
    seat.add_argument("folder", type=Path)
    file = _step(steps, "file", _file, "council.json from the seats' public files")
    file.add_argument("seats", type=Path, nargs="+", metavar="SEAT.pub.json")
    file.add_argument("--threshold", type=int, default=2)
    draft = _step(steps, "draft", _draft, "the next trust list, unsigned")
    draft.add_argument("--previous", type=Path, metavar="TRUST.dsse")
    draft.add_argument("--registry", type=Path, metavar="INIT.json", help="for version 1")
    draft.add_argument("--add", type=Path, nargs="*", default=[], metavar="MEMBER.json")
    draft.add_argument("--set", nargs="*", default=[], metavar="ID=STATE", dest="states")
    draft.add_argument("--quorum", type=int, help="witnesses that must cosign")
    sign = _step(steps, "sign", _sign, "one seat's signature")
    sign.add_argument("draft", type=Path)
    sign.add_argument("--seat", type=Path, required=True, metavar="FOLDER")
    merge = _step(steps, "merge", _merge, "the signed list, verified")
    merge.add_argument("signed", type=Path, nargs="+", metavar="SIGNED.dsse")
    merge.add_argument("--council", type=Path, required=True, metavar="council.json")
    for step in (seat, sign):
        step.add_argument("--passphrase-file", type=Path, metavar="FILE")
    for step in (file, draft, sign, merge):
        step.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")


def _step(steps: Any, name: str, run: Any, words: str) -> Any:  # noqa: ANN401
    parser = steps.add_parser(name, help=words, description=words)
    parser.set_defaults(run=run)
    return parser


def _seat(chosen: argparse.Namespace) -> int:
    chosen.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = new_ed25519()
    write_private_key(chosen.folder / "council.key", key, _passphrase(chosen))
    public = Ed25519Signer.from_private(key).public_key
    said = {"kid": public.kid, "suite": public.suite, "public_key": public_key_to_base64(public)}
    path = chosen.folder / f"{public.kid}.pub.json"
    path.write_text(json.dumps(said) + "\n", "ascii")
    print(f"席位密钥 {public.kid}：{chosen.folder.name}/council.key 离线保管，{path.name} 交汇总")
    return 0


def _file(chosen: argparse.Namespace) -> int:
    keys: dict[str, PublicKey] = {}
    for path in chosen.seats:
        said = json.loads(_read(path))
        key = public_key_from_base64(said["public_key"], said["suite"])
        keys[key.kid] = key
    council = CouncilKeys(threshold=chosen.threshold, keys=keys)
    chosen.out.write_bytes(council_to_json(council))
    print(f"{len(keys)} 席，{chosen.threshold} 席有效：{chosen.out.name}，请电话核对各席编号")
    return 0


def _draft(chosen: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    if chosen.previous:
        previous = decode(_envelope(chosen.previous).payload, TrustList)
        members = {one.participant_id: one for one in previous.members}
        trust_list = next_trust_list(previous, (), now)
    else:
        registry = json.loads(_read(chosen.registry)) if chosen.registry else {}
        trust_list = _first(registry, now)
        members = {registry["registry_id"]: _registry(registry, now)}
    for path in chosen.add:
        member = _member(json.loads(_read(path)), now)
        members[member.participant_id] = member
    for text in chosen.states:
        slug, _, state = text.partition("=")
        if slug not in members or state not in _STATES:
            raise Refusal(COUNCIL_FILE, text[:60])
        members[slug] = replace(members[slug], state=state, since=now)
    drafted = _with(trust_list, tuple(members.values()), chosen.quorum)
    check_trust_list(drafted)
    chosen.out.write_bytes(encode(drafted))
    for one in drafted.members:
        print(f"{one.participant_id}　{one.state}　{one.name}　{one.sign_keys[0].kid}")
    print(f"信任列表第 {drafted.version} 版草案：{chosen.out.name}，请逐行核对后由两席分别签署")
    return 0


def _sign(chosen: argparse.Namespace) -> int:
    drafted = decode(_read(chosen.draft), TrustList)
    signer = read_signer(chosen.seat / "council.key", _passphrase(chosen))
    chosen.out.write_bytes(envelope_to_json(sign_statement(drafted, signer)))
    print(f"席位 {signer.kid} 已签署第 {drafted.version} 版：{chosen.out.name}")
    return 0


def _merge(chosen: argparse.Namespace) -> int:
    envelopes = [_envelope(path) for path in chosen.signed]
    first = envelopes[0]
    if any(one.payload != first.payload for one in envelopes):
        raise Refusal(COUNCIL_FILE, "two drafts")
    signatures = {one.kid: one for envelope in envelopes for one in envelope.signatures}
    merged = Envelope(
        payload_type=first.payload_type,
        payload=first.payload,
        signatures=tuple(signatures.values()),
    )
    council = council_from_json(_read(chosen.council))
    # Refused here as it would be by everybody: too few seats, a wrong signature.
    view = verify_trust_list(merged, council, previous=None, now=datetime.now(UTC))
    chosen.out.write_bytes(envelope_to_json(merged))
    print(f"信任列表第 {view.version} 版已由 {len(signatures)} 席签署：{chosen.out.name}")
    return 0


def _first(registry: dict[str, Any], now: datetime) -> TrustList:
    if not registry:
        raise Refusal(COUNCIL_FILE, "--registry or --previous")
    return TrustList(
        trust_domain=registry["trust_domain"],
        version=1,
        issued_at=now,
        expires_at=now + TRUST_LIST_LIFE,
        previous_sha256="",
        suites=("LT-1",),
        tls_roots_pem=registry["tls_roots_pem"],
        seal_roots_pem="",
        members=(),
    )


def _registry(said: dict[str, Any], now: datetime) -> Member:
    return Member(
        participant_id=said["registry_id"],
        kind="registry",
        name=said.get("name", "登记处"),
        state="active",
        since=now,
        sign_keys=(listed_key(public_key_from_base64(said["sign_public_key"]), now),),
    )


def _member(said: dict[str, Any], now: datetime) -> Member:
    return Member(
        participant_id=said["participant_id"],
        kind=said["kind"],
        name=said["name"],
        state="active",
        since=now,
        sign_keys=(listed_key(public_key_from_base64(said["sign_public_key"]), now),),
        archives=tuple(
            ListedArchive(
                archive_code=one["archive_code"],
                name=one["name"],
                city_code=one["city_code"],
                authority_key=listed_key(public_key_from_base64(one["authority_public_key"]), now),
            )
            for one in said["archives"]
        ),
    )


def _with(trust_list: TrustList, members: tuple[Member, ...], quorum: int | None) -> TrustList:
    wanted = trust_list.witness_quorum if quorum is None else quorum
    return replace(trust_list, members=members, witness_quorum=wanted)


def _passphrase(chosen: argparse.Namespace) -> bytes | None:
    return _read(chosen.passphrase_file).strip() if chosen.passphrase_file else None


def _envelope(path: Path) -> Envelope:
    return envelope_from_json(_read(path))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as fault:
        raise Refusal(COUNCIL_FILE, path.name) from fault
