"""witness, issuing: what the registry's operator looks at now and then."""

import argparse
from pathlib import Path
from typing import Any

from federation_registry.cli.frame import add_command, house_of, say


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers
    """Add the group."""
    add_command(commands, "witness", "各馆存证日志的见证情况与矛盾", _witness)
    issuing = add_command(commands, "issuing", "签发机构证书：查看；以离线根密钥换发", _issuing)
    issuing.add_argument("--renew", action="store_true", help="换发，需要 --root-key")
    issuing.add_argument("--root-key", type=Path, metavar="FILE", help="离线保管的根密钥文件")


def _witness(chosen: argparse.Namespace) -> int:
    logs = house_of(chosen).witness.listing()
    lines = [
        f"{one['origin']}　{one['size']} 条，已见证 {one['witnessed_size']} 条"
        f"（{one['witnessed_at'] or '从未'}）"
        + (f"　警报：{one['contradictions']} 处矛盾" if one["contradictions"] else "")
        for one in logs
    ]
    return say(chosen, {"logs": logs}, lines or ["尚无日志"])


def _issuing(chosen: argparse.Namespace) -> int:
    house = house_of(chosen)
    if chosen.renew:
        house.keys.renew_issuing(
            house.settings.trust_domain,
            chosen.root_key or house.folder.offline / "tls_root.key",
            now=house.clock(),
            random=house.random,
        )
    root, issuing = house.keys.authorities()
    notices = [notice.sentence() for notice in house.notices()]
    result = {
        "renewed": bool(chosen.renew),
        "issuing_until": issuing.not_valid_after_utc.isoformat(),
        "root_until": root.not_valid_after_utc.isoformat(),
        "notices": notices,
    }
    lines = [
        f"签发机构证书至 {issuing.not_valid_after_utc:%Y-%m-%d}，"
        f"根证书至 {root.not_valid_after_utc:%Y-%m-%d}"
    ]
    if chosen.renew:
        lines.append("已换发；运行中的登记处自动采用。请将根密钥放回离线保管")
    return say(chosen, result, [*lines, *notices])
