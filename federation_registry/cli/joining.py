"""invite, approve, members."""

import argparse
import base64
from datetime import timedelta
from typing import Any

from federation_registry.bootstrap import House
from federation_registry.cli.frame import add_command, house_of, say
from federation_registry.ports import Enrolment
from trust.identity.enrolment import EnrolmentState
from trust.identity.keys import kid_of
from trust.identity.participant import Participant, ParticipantKind


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse's sub-parsers
    """Add the group."""
    invite = add_command(commands, "invite", "邀请一个节点入网，得到一次性口令", _invite)
    invite.add_argument("participant_id", metavar="ID", help="节点标识，如 shangrao")
    kinds = [kind.value for kind in ParticipantKind]
    invite.add_argument("--kind", choices=kinds, default=ParticipantKind.NODE.value)
    invite.add_argument("--by", required=True, metavar="OFFICER", help="邀请人代号")
    invite.add_argument("--hours", type=int, default=24, choices=range(1, 169), metavar="1-168")
    approve = add_command(commands, "approve", "由第二人核对指纹后批准（或驳回）入网", _approve)
    approve.add_argument("enrolment_id", metavar="ENROLMENT")
    approve.add_argument("--by", required=True, metavar="OFFICER", help="批准人代号，须另一人")
    approve.add_argument("--fingerprint", default="", help="对方电话读出的指纹（64位十六进制）")
    approve.add_argument("--reject", action="store_true", help="驳回")
    members = add_command(commands, "members", "列出成员与入网申请；停用或恢复", _members)
    members.add_argument(
        "--deny", metavar="ID|SHA256", help="立即停用一个成员，或一枚密钥或证书的指纹"
    )
    members.add_argument("--allow", metavar="ID|SHA256", help="恢复")
    members.add_argument("--reason", default="", help="停用理由")
    members.add_argument("--by", default="", metavar="OFFICER", help="经办人代号")


def _invite(chosen: argparse.Namespace) -> int:
    house = house_of(chosen)
    participant = Participant(
        kind=ParticipantKind(chosen.kind),
        slug=chosen.participant_id,
        trust_domain=house.settings.trust_domain,
    )
    sent = house.enrol.invite(participant, invited_by=chosen.by, life=timedelta(hours=chosen.hours))
    result = {
        "enrolment_id": sent.enrolment_id,
        "participant_id": participant.slug,
        "kind": participant.kind.value,
        "trust_domain": participant.trust_domain,
        "token": sent.token,
        "expires_at": sent.enrolment.invitation.expires_at.isoformat(),
        "registry_id": house.settings.registry_id,
        "enrol_address": house.settings.enrol_listen,
        "roots_pem": house.keys.roots_pem().decode(),
    }
    return say(
        chosen,
        result,
        (
            f"口令（只显示这一次）：{sent.token}",
            f"有效至 {result['expires_at']}；入网编号 {sent.enrolment_id}",
            "请另行送达根证书文件 keys/tls_roots.pem",
        ),
    )


def _approve(chosen: argparse.Namespace) -> int:
    house = house_of(chosen)
    if chosen.reject:
        done = house.enrol.reject(chosen.enrolment_id, officer=chosen.by)
    else:
        done = house.enrol.approve(
            chosen.enrolment_id,
            officer=chosen.by,
            fingerprint_heard=chosen.fingerprint,
            issuing=house.issuing(),
        )
    result = _enrolment(done)
    line = f"{result['participant_id']}：{result['state']}"
    return say(chosen, result, (line,))


def _members(chosen: argparse.Namespace) -> int:
    house = house_of(chosen)
    if chosen.deny:
        house.denial.deny(chosen.deny, reason=chosen.reason, officer=chosen.by)
    if chosen.allow:
        house.denial.allow(chosen.allow, officer=chosen.by)
    result = _listing(house)
    lines = [
        f"{one['participant_id']}　{one['kind']}　{one['state']}　{one['liveness']}　{one['name']}"
        for one in result["members"]
    ]
    lines += [f"待办 {one['enrolment_id']}　{one['participant_id']}" for one in result["pending"]]
    lines += [f"注意 {notice}" for notice in result["notices"]]
    return say(chosen, result, lines or ["尚无成员"])


def _listing(house: House) -> dict[str, Any]:
    view = house.directory.state().view
    members = view.trust_list.members if view else ()
    denied, states = house.directory.denied(), house.last_states()
    enrolments = house.book.list()
    waiting = (EnrolmentState.OPEN, EnrolmentState.PENDING)
    return {
        "trust_version": view.version if view else 0,
        "members": [
            {
                "participant_id": member.participant_id,
                "kind": member.kind,
                "name": member.name,
                "state": "denied" if member.participant_id in denied else member.state,
                "liveness": states.get(member.participant_id, "silent"),
                "archives": [archive.archive_code for archive in member.archives],
                "sign_key_until": max(key.not_after for key in member.sign_keys).isoformat(),
            }
            for member in members
        ],
        "pending": [_enrolment(one) for one in enrolments if one.invitation.state in waiting],
        "approved": [
            _enrolment(one) for one in enrolments if one.invitation.state is EnrolmentState.APPROVED
        ],
        "notices": [notice.sentence() for notice in house.notices()],
    }


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    """An enrolment without its fingerprint: the officer must hear that, not copy it."""
    invitation = enrolment.invitation
    key = invitation.sign_public_key
    return {
        "enrolment_id": enrolment.enrolment_id,
        "participant_id": invitation.participant.slug,
        "kind": invitation.participant.kind.value,
        "state": invitation.state.value,
        "invited_by": invitation.invited_by,
        "decided_by": invitation.decided_by,
        "expires_at": invitation.expires_at.isoformat(),
        "sign_public_key": base64.b64encode(key).decode(),
        "kid": kid_of(key) if key else "",
    }
