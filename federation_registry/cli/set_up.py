"""init, serve, import-jurisdictions."""

import argparse
import json
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from federation_registry.bootstrap import House, init_house, open_house
from federation_registry.cli.frame import add_command, folder_of, house_of, say, wall_clock
from federation_registry.config import Settings
from trust.channel import tls13
from trust.channel.log_lines import configure_lines
from trust.identity.keys import public_key_to_base64

if TYPE_CHECKING:
    from federation_registry.serving import Serving


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers
    """Add the group."""
    _add_init(commands)
    serve = add_command(commands, "serve", "启动登记机构（两个监听端口）", _serve)
    serve.add_argument("--listen", metavar="HOST:PORT", help="替代配置中的成员监听地址")
    serve.add_argument("--enrol-listen", metavar="HOST:PORT", help="替代配置中的入网监听地址")
    areas = add_command(commands, "import-jurisdictions", "导入行政区划代码表（CSV）", _import)
    areas.add_argument("file", type=Path, metavar="FILE")


def _add_init(commands: Any) -> None:  # noqa: ANN401
    init = add_command(commands, "init", "建立登记机构的数据目录、密钥和证书", _init)
    init.add_argument("--registry-id", default="registry", help="本机构标识")
    init.add_argument("--trust-domain", default="demo.invalid", help="信任域")
    init.add_argument("--production", action="store_true", help="正式环境：拒绝演示信任域")
    init.add_argument("--listen", default="127.0.0.1:7100", metavar="HOST:PORT")
    init.add_argument("--enrol-listen", default="127.0.0.1:7101", metavar="HOST:PORT")
    init.add_argument("--public-address", default="", metavar="HOST:PORT")
    init.add_argument("--database", default="", help="数据库地址；默认为数据目录中的 SQLite")
    init.add_argument("--redis", default="", help="Redis 地址；默认在本进程内")
    init.add_argument("--passphrase-file", default="", help="签名密钥口令文件")
    init.add_argument("--council", type=Path, metavar="FILE", help="理事会公钥文件")


def _init(chosen: argparse.Namespace) -> int:
    settings = Settings(
        registry_id=chosen.registry_id,
        trust_domain=chosen.trust_domain,
        production=chosen.production,
        listen=chosen.listen,
        enrol_listen=chosen.enrol_listen,
        public_address=chosen.public_address,
        database=chosen.database,
        redis=chosen.redis,
        passphrase_file=chosen.passphrase_file,
    )
    house = init_house(folder_of(chosen), settings, wall_clock, secrets.token_bytes)
    if chosen.council:
        house.pin_council(chosen.council)
    result = _described(house)
    return say(
        chosen,
        result,
        (
            f"登记机构 {result['registry_id']}（{result['trust_domain']}）已建立",
            f"签名公钥标识 {result['kid']}：请理事会写入信任清单",
            f"根密钥在 {house.folder.offline}：请移至离线介质保管",
        ),
    )


def _described(house: House) -> dict[str, Any]:
    """What the council needs to list this registry."""
    signer = house.keys.signer()
    return {
        "registry_id": house.settings.registry_id,
        "trust_domain": house.settings.trust_domain,
        "kid": signer.kid,
        "suite": signer.suite,
        "sign_public_key": public_key_to_base64(signer.public_key),
        "tls_roots_pem": house.keys.roots_pem().decode(),
        "listen": house.settings.listen,
        "enrol_listen": house.settings.enrol_listen,
    }


def _serve(chosen: argparse.Namespace) -> int:
    # Before gRPC is imported: it reads its TLS suites once.
    tls13.require()
    from federation_registry.serving import Serving
    from trust.channel.supervised import serve_supervised

    return serve_supervised(lambda: _serve_here(chosen, Serving), _report)


def _report(number: int, crashes: int) -> None:
    """One line for the operator: the process was killed and is started again."""
    said = {"event": "process_killed", "signal": number, "count": crashes}
    print(json.dumps(said), file=sys.stderr, flush=True)


def _serve_here(chosen: argparse.Namespace, make: "type[Serving]") -> int:
    configure_lines(sys.stderr)
    house = open_house(folder_of(chosen), wall_clock, secrets.token_bytes)
    changed = {
        name: value
        for name, value in (
            ("listen", chosen.listen),
            ("enrol_listen", chosen.enrol_listen),
        )
        if value
    }
    house = replace(house, settings=replace(house.settings, **changed))
    serving = make(house)
    members, strangers = serving.start()
    said = {"registry_id": house.settings.registry_id, "grpc": members, "enrol": strangers}
    if chosen.json:
        print(json.dumps(said), flush=True)
    else:
        print(f"{said['registry_id']}：成员 {members}，入网 {strangers}", flush=True)
    sys.stdout.flush()
    serving.run()
    return 0


def _import(chosen: argparse.Namespace) -> int:
    house = house_of(chosen)
    table = house.areas.replace(chosen.file).table
    in_use = sum(1 for row in table.rows if row.end is None)
    result = {"rows": len(table), "in_use": in_use, "ended": len(table) - in_use}
    line = f"已导入区划 {result['rows']} 行，在用 {in_use} 行，已变更或撤销 {result['ended']} 行"
    return say(chosen, result, (line,))
