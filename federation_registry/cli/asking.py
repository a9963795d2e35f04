"""route: which archives to ask, for a console or a script."""

import argparse
from typing import Any

from federation_registry.cli.frame import add_command, house_of, say
from records.agreement_rules import DELIVERIES, GRANULARITY
from records.route_terms import RouteAnswer, RouteQuery


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers
    """Add the group."""
    route = add_command(commands, "route", "查询应向哪些档案馆协查", _route)
    route.add_argument("--category", required=True, help="类别代码，如 marriage_registration")
    route.add_argument("--place", default="", help="当时的地名")
    route.add_argument(
        "--other-place", action="append", default=[], help="同一事项的另一地，如知青安置地"
    )
    route.add_argument("--year", type=int, default=None, help="年份")
    route.add_argument("--number", default="", help="证件字号")
    route.add_argument("--from", dest="asking", default="", metavar="NODE", help="提出查询的节点")
    route.add_argument("--purpose", default="", help="利用目的代码")
    route.add_argument("--requester", default="", help="申请人类别，如 party")
    route.add_argument("--granularity", default="extract", choices=GRANULARITY)
    route.add_argument("--delivery", default="", choices=("", *sorted(DELIVERIES)))
    route.add_argument("--year-to", type=int, default=None, help="年份区间的末年")


def _route(chosen: argparse.Namespace) -> int:
    query = RouteQuery(
        category=chosen.category,
        place=chosen.place,
        other_places=tuple(chosen.other_place),
        year=chosen.year or None,
        number=chosen.number,
        asking_node=chosen.asking,
        purpose=chosen.purpose,
        requester=chosen.requester,
        granularity=chosen.granularity,
        delivery=chosen.delivery,
        year_to=chosen.year_to or None,
    )
    answer = house_of(chosen).routes().answer(query)
    return say(chosen, to_json(answer), _lines(answer))


def to_json(answer: RouteAnswer) -> dict[str, Any]:
    """The answer as interfaces.md §2 writes it; codes and referrals are additions."""
    ask = answer.ask
    return {
        "nodes": [
            {
                "node_id": one.node_id,
                "archive_code": one.archive_code,
                "why": one.why,
                "agreement_id": one.agreement_id,
                "state": one.state,
                "notice": one.notice,
            }
            for one in answer.nodes
        ],
        "refused": [
            {
                "node_id": one.node_id,
                "archive_code": one.archive_code,
                "code": one.code,
                "why": one.why,
                "rule": one.rule,
            }
            for one in answer.refused
        ],
        "ask": {"question": ask.question, "choices": list(ask.choices), "code": ask.code}
        if ask
        else None,
        "jurisdictions": [
            {"code": one.code, "name": one.name, "period": one.period}
            for one in answer.jurisdictions
        ],
        "referrals": [{"name": one.name, "why": one.why} for one in answer.referrals],
    }


def _lines(answer: RouteAnswer) -> list[str]:
    lines = [
        f"可查 {one.node_id}（{one.archive_code}，{one.state}）：{one.why}" for one in answer.nodes
    ]
    lines += [f"不可查 {one.node_id}（{one.code}）：{one.why}" for one in answer.refused]
    lines += [f"另可询 {one.name}：{one.why}" for one in answer.referrals]
    if answer.ask:
        lines.append(f"请问：{answer.ask.question}")
        lines += [f"　{choice}" for choice in answer.ask.choices]
    return lines or ["没有档案馆申报收藏该地该类档案"]
