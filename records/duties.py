"""Posts (岗位) and the separation of duties.

Source: domain.md §3.3. Every act is bound to a person, a post and an archive; the same person may
not hold both sides of apply/review, propose/approve and release/seal in one case, whatever posts
that person holds. People are compared by `person_id`, never by account.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from records.process_reasons import (
    DUTY_CONFLICT,
    DUTY_NOT_HELD,
    PLEDGE_NOT_VALID,
    POST_CONFLICT,
)
from records.refusal import Refusal


class Post(StrEnum):
    """A post at an archive or in the federation."""

    REPOSITORY_MASTER = "repository_master"
    RELEASE_DISPATCHER = "release_dispatcher"
    CORRECTION_CLERK = "correction_clerk"
    SUBMISSION_REVIEWER = "submission_reviewer"
    WINDOW_CLERK = "window_clerk"
    WINDOW_REVIEWER = "window_reviewer"
    LEADER = "leader"
    SEAL_KEEPER = "seal_keeper"
    REGISTRY_ADMIN = "registry_admin"
    SUPERVISOR = "supervisor"
    AGENCY_OFFICER = "agency_officer"
    CITIZEN = "citizen"
    AUDITOR = "auditor"


POST_NAMES: dict[Post, str] = {
    Post.REPOSITORY_MASTER: "总库管理员",
    Post.RELEASE_DISPATCHER: "数据调用分发员",
    Post.CORRECTION_CLERK: "数据修正经办员",
    Post.SUBMISSION_REVIEWER: "数据汇交审核员",
    Post.WINDOW_CLERK: "窗口受理员",
    Post.WINDOW_REVIEWER: "登记审核员",
    Post.LEADER: "主管领导",
    Post.SEAL_KEEPER: "用印员",
    Post.REGISTRY_ADMIN: "联网登记管理员",
    Post.SUPERVISOR: "档案主管部门监督员",
    Post.AGENCY_OFFICER: "机关查档员",
    Post.CITIZEN: "申请人",
    Post.AUDITOR: "审计员",
}
"""Chinese name of each post."""


class Act(StrEnum):
    """Something that a person does and answers for."""

    FILE_REQUEST = "file_request"
    REVIEW_REQUEST = "review_request"
    APPROVE_BY_LEADER = "approve_by_leader"
    SEARCH_CATALOGUE = "search_catalogue"
    CONFIRM_IDENTITY = "confirm_identity"
    COMPARE_FIELDS = "compare_fields"
    RELEASE = "release"
    SEAL = "seal"
    RETURN_OR_REFUSE = "return_or_refuse"
    DELIVER = "deliver"
    IMPORT_BATCH = "import_batch"
    APPROVE_BATCH = "approve_batch"
    DECLARE_COVERAGE = "declare_coverage"
    PROPOSE_CORRECTION = "propose_correction"
    APPROVE_CORRECTION = "approve_correction"
    EXPORT_EVIDENCE = "export_evidence"
    WITNESS_EXPORT = "witness_export"
    INSPECT = "inspect"
    ERASE = "erase"
    APPROVE_ERASURE = "approve_erasure"


P = Post
HOLDERS: dict[Act, frozenset[Post]] = {
    Act.FILE_REQUEST: frozenset({P.WINDOW_CLERK, P.AGENCY_OFFICER, P.CITIZEN}),
    Act.REVIEW_REQUEST: frozenset({P.WINDOW_REVIEWER}),
    Act.APPROVE_BY_LEADER: frozenset({P.LEADER}),
    Act.SEARCH_CATALOGUE: frozenset({P.RELEASE_DISPATCHER}),
    Act.CONFIRM_IDENTITY: frozenset({P.RELEASE_DISPATCHER}),
    Act.COMPARE_FIELDS: frozenset({P.RELEASE_DISPATCHER}),
    Act.RELEASE: frozenset({P.RELEASE_DISPATCHER}),
    Act.SEAL: frozenset({P.SEAL_KEEPER}),
    Act.RETURN_OR_REFUSE: frozenset({P.RELEASE_DISPATCHER, P.WINDOW_REVIEWER, P.LEADER}),
    Act.DELIVER: frozenset({P.WINDOW_CLERK}),
    Act.IMPORT_BATCH: frozenset({P.REPOSITORY_MASTER}),
    Act.APPROVE_BATCH: frozenset({P.SUBMISSION_REVIEWER}),
    Act.DECLARE_COVERAGE: frozenset({P.REPOSITORY_MASTER}),
    Act.PROPOSE_CORRECTION: frozenset({P.CORRECTION_CLERK}),
    Act.APPROVE_CORRECTION: frozenset({P.SUBMISSION_REVIEWER}),
    Act.EXPORT_EVIDENCE: frozenset({P.AUDITOR, P.LEADER}),
    Act.WITNESS_EXPORT: frozenset({P.AUDITOR, P.LEADER}),
    Act.INSPECT: frozenset({P.SUPERVISOR, P.AUDITOR}),
    Act.ERASE: frozenset({P.REPOSITORY_MASTER}),
    Act.APPROVE_ERASURE: frozenset({P.LEADER}),
}
"""Which posts may perform which act; an act that is not listed is nobody's."""

FORBIDDEN_PAIRS: frozenset[frozenset[Act]] = frozenset(
    {
        frozenset({Act.FILE_REQUEST, Act.REVIEW_REQUEST}),
        frozenset({Act.FILE_REQUEST, Act.APPROVE_BY_LEADER}),
        frozenset({Act.RELEASE, Act.SEAL}),
        frozenset({Act.COMPARE_FIELDS, Act.SEAL}),
        frozenset({Act.RELEASE, Act.APPROVE_BY_LEADER}),
        frozenset({Act.PROPOSE_CORRECTION, Act.APPROVE_CORRECTION}),
        frozenset({Act.PROPOSE_CORRECTION, Act.RELEASE}),
        frozenset({Act.IMPORT_BATCH, Act.APPROVE_BATCH}),
        frozenset({Act.EXPORT_EVIDENCE, Act.WITNESS_EXPORT}),
        frozenset({Act.ERASE, Act.APPROVE_ERASURE}),
    }
)
"""Two acts that one person may not both perform in one case (or batch, or correction)."""

FORBIDDEN_POSTS: frozenset[frozenset[Post]] = frozenset(
    {
        frozenset({P.REPOSITORY_MASTER, P.RELEASE_DISPATCHER}),
        frozenset({P.CORRECTION_CLERK, P.SUBMISSION_REVIEWER}),
        frozenset({P.AUDITOR, P.RELEASE_DISPATCHER}),
        frozenset({P.AUDITOR, P.SEAL_KEEPER}),
    }
)
"""Two posts that one appointment may not join, because one exists to check the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformedAct:
    """Who already did what in this case."""

    act: Act
    person_id: str
    """Salted commitment to the person, the same for all posts of that person."""


def verify_may(posts: Iterable[str], act: Act) -> Post:
    """Return the post under which the act is performed.

    Raises:
        Refusal: DUTY_NOT_HELD when none of the posts may do it.
    """
    allowed = HOLDERS.get(act, frozenset())
    for post in posts:
        if post in allowed:
            return Post(post)
    raise Refusal(DUTY_NOT_HELD, act.value)


def verify_separation(act: Act, person_id: str, done: Iterable[PerformedAct]) -> None:
    """Pass when the person did no act of the case that excludes this one.

    An act without a known person is refused: who is not known cannot be kept apart.

    Raises:
        Refusal: DUTY_CONFLICT.
    """
    for earlier in done:
        known = bool(person_id) and bool(earlier.person_id)
        same = not known or earlier.person_id == person_id
        if same and frozenset({act, earlier.act}) in FORBIDDEN_PAIRS:
            detail = f"{earlier.act} / {act}"
            raise Refusal(DUTY_CONFLICT, detail)


def verify_case_acts(acts: Mapping[Act, str]) -> None:
    """Pass when a finished case was handled by enough different people.

    Args:
        acts: Act → person_id. Used for orders that carry several signatures at once.

    Raises:
        Refusal: DUTY_CONFLICT.
    """
    for first, second in combinations(acts, 2):
        verify_separation(second, acts[second], (PerformedAct(act=first, person_id=acts[first]),))


def verify_posts(posts: Iterable[str]) -> tuple[Post, ...]:
    """The posts of one appointment, in their given order.

    Raises:
        Refusal: POST_CONFLICT when two of them exclude each other, or one is unknown.
    """
    known: list[Post] = []
    for post in posts:
        if post not in {member.value for member in Post}:
            raise Refusal(POST_CONFLICT, "unknown post")
        known.append(Post(post))
    for first, second in combinations(known, 2):
        if frozenset({first, second}) in FORBIDDEN_POSTS:
            detail = f"{first} / {second}"
            raise Refusal(POST_CONFLICT, detail)
    return tuple(known)


def verify_pledge(signed_on: date, expires_on: date, today: date) -> None:
    """Pass when the confidentiality pledge (保密承诺书) is in force today, both days included.

    Raises:
        Refusal: PLEDGE_NOT_VALID.
    """
    if not signed_on <= today <= expires_on:
        detail = f"{signed_on} – {expires_on}"
        raise Refusal(PLEDGE_NOT_VALID, detail)
