"""directory, agreements, coverage."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from federation_registry.cli.frame import (
    add_command,
    house_of,
    read_envelope,
    say,
    wall_clock,
)
from federation_registry.domain.reasons import ONE_FILE
from records.agreement_standing import STANDINGS, endings, last_day, standing
from records.agreements import Agreement, AgreementRetirement
from records.deadlines import BEIJING
from records.refusal import Refusal
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import decode


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers
    """Add the group."""
    directory = add_command(commands, "directory", "查看目录；固定理事会公钥；发布", _directory)
    directory.add_argument(
        "act",
        nargs="?",
        default="show",
        choices=("show", "pin-council", "publish-trust-list", "publish", "export"),
    )
    directory.add_argument("files", nargs="*", type=Path, metavar="FILE")
    for name, help_text, run in (
        ("agreements", "列出合作协议；发布双方已签署的协议", _agreements),
        ("coverage", "列出馆藏覆盖；发布已签署的覆盖声明", _coverage),
    ):
        listing = add_command(commands, name, help_text, run)
        listing.add_argument("--publish", type=Path, nargs="+", default=[], metavar="FILE")


def _directory(chosen: argparse.Namespace) -> int:
    acts = {
        "show": _show,
        "pin-council": _pin,
        "publish-trust-list": _publish_trust_list,
        "publish": _publish,
        "export": _export,
    }
    return acts[chosen.act](chosen)


def _show(chosen: argparse.Namespace) -> int:
    house = house_of(chosen)
    head = house.store.head()
    counts = dict(house.store.counts())
    result = {
        "version": house.store.version(),
        "head_version": head.version if head else 0,
        "head_issued_at": head.issued_at.isoformat() if head else "",
        "parts": counts,
        "denied": [denial.participant_id for denial in house.store.denials()],
    }
    lines = [f"目录版本 {result['version']}，首页版本 {result['head_version']}"]
    return say(chosen, result, [*lines, *(f"{kind}　{count}" for kind, count in counts.items())])


def _pin(chosen: argparse.Namespace) -> int:
    council = house_of(chosen).pin_council(_only_file(chosen))
    result = {"threshold": council.threshold, "kids": sorted(council.keys)}
    line = f"已固定理事会公钥：{len(council.keys)} 枚，{council.threshold} 枚有效"
    return say(chosen, result, (line,))


def _publish_trust_list(chosen: argparse.Namespace) -> int:
    house = house_of(chosen)
    envelope = read_envelope(_only_file(chosen))
    sha256, version = house.publish.publish_trust_list(envelope, house.council())
    trust_version = house.directory.view().version
    result = {"sha256": sha256, "version": version, "trust_version": trust_version}
    return say(chosen, result, (f"信任清单第 {trust_version} 版已发布（目录版本 {version}）",))


def _publish(chosen: argparse.Namespace) -> int:
    return say(chosen, {"published": _publish_files(chosen, chosen.files)}, ("已发布",))


def _publish_files(chosen: argparse.Namespace, files: list[Path]) -> list[dict[str, Any]]:
    house = house_of(chosen)
    # All files are read before the first is published: a typing error changes nothing.
    envelopes = [(path, read_envelope(path)) for path in files]
    published = []
    for path, envelope in envelopes:
        sha256, version = house.publish.publish(envelope)
        published.append({"file": path.name, "sha256": sha256, "version": version})
    return published


def _export(chosen: argparse.Namespace) -> int:
    """Head and parts as files, for a node that cannot be reached by network."""
    house = house_of(chosen)
    target = _only_file(chosen)
    target.mkdir(parents=True, exist_ok=True)
    listed = house.store.addresses()
    for sha256 in listed:
        envelope = house.store.get((sha256,))[0]
        (target / f"{sha256}.json").write_bytes(envelope_to_json(envelope))
    head = house.store.head()
    if head:
        (target / "head.json").write_bytes(envelope_to_json(head.envelope))
    result = {"folder": target.name, "parts": len(listed), "head": head is not None}
    return say(chosen, result, (f"已导出 {len(listed)} 项",))


def _agreements(chosen: argparse.Namespace) -> int:
    published = _publish_files(chosen, chosen.publish)
    house = house_of(chosen)
    today = wall_clock().astimezone(BEIJING).date()
    found = [decode(part.payload, Agreement) for part in house.store.of_kind("agreement")]
    proposed = [decode(part.payload, Agreement) for part in house.store.of_kind("proposal")]
    retired = house.store.of_kind("retirement")
    ended = endings(decode(part.payload, AgreementRetirement) for part in retired)
    agreed = {one.agreement_id: one.version for one in found}
    open_ = [one for one in proposed if one.version > agreed.get(one.agreement_id, 0)]
    said = [(one, standing(one, today, ended)) for one in found]
    said += [(one, "proposed") for one in open_]
    result = {
        "published": published,
        "agreements": [_agreement(one, stands, last_day(one, ended)) for one, stands in said],
    }
    lines = [
        f"{one.agreement_id}　第{one.version}版　{STANDINGS[stands]}　至{last_day(one, ended)}"
        for one, stands in said
    ]
    return say(chosen, result, lines or ["尚无协议"])


def _agreement(one: Agreement, stands: str, last: date) -> dict[str, Any]:
    return {
        "agreement_id": one.agreement_id,
        "version": one.version,
        "asking_nodes": one.asking_nodes,
        "holding_nodes": one.holding_nodes,
        "categories": one.categories,
        "requester_types": one.requester_types,
        "purposes": one.purposes,
        "granularity": one.granularity,
        "seal_mode": one.seal_mode,
        "minutes": one.minutes,
        "delivery": one.delivery,
        "redactions": one.redactions,
        "daily_quota": one.daily_quota,
        "contacts": one.contacts,
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat(),
        "last_day": last.isoformat(),
        "standing": stands,
    }


def _coverage(chosen: argparse.Namespace) -> int:
    published = _publish_files(chosen, chosen.publish)
    house = house_of(chosen)
    found = house.coverage()
    result = {
        "published": published,
        "coverage": [
            {
                "archive_code": one.archive_code,
                "node_id": one.node_id,
                "category": one.category,
                "areas": one.areas,
                "covered_from": one.covered_from,
                "covered_to": one.covered_to,
                "gaps": len(one.gaps),
                "as_of": one.as_of.isoformat(),
                "sequence": one.sequence,
            }
            for one in found
        ],
    }
    lines = [
        f"{one.archive_code}　{one.category}　{one.covered_from}–{one.covered_to}　"
        f"缺{len(one.gaps)}处"
        for one in found
    ]
    return say(chosen, result, lines or ["尚无覆盖声明"])


def _only_file(chosen: argparse.Namespace) -> Path:
    if len(chosen.files) != 1:
        detail = f"directory {chosen.act}"
        raise Refusal(ONE_FILE, detail)
    path: Path = chosen.files[0]
    return path
