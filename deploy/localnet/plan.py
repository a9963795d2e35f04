"""Who takes part in the sample federation: participants, archives, people.

Archive codes are the GB/T 2260 codes of the areas (嘉兴 330400, 海宁 330481, 上饶 361100, 浦东
310115): six digits, stable for a demonstration, and nobody's real archive number. All people are
invented. Agreements and coverage are in `declarations`.
"""

from dataclasses import dataclass

from records.duties import Post

TRUST_DOMAIN = "demo.invalid"
"""Refused in production mode (architecture.md 10)."""
VERIFY_URL = "https://v.demo.invalid/v#"
"""Printed in QR codes: a name that nobody can own; the pages' own scanner reads it on any host."""
REGISTRY_ID = "registry"
CERTIFICATE_SERVICE_ID = "certificates"
DIRECTORY_SECONDS = 2.0
"""A sample federation polls more often than a real one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePlan:
    """An archive and where it is."""

    archive_code: str
    name: str
    city_code: str
    """First four digits of the city and "00": same city = the ten-minute clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """A node and the archives that it hosts; the first one names it."""

    node_id: str
    name: str
    archives: tuple[ArchivePlan, ...]
    dialect: str = "wu"
    """What the ears of the place do not tell apart (records/dialects.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerPlan:
    """One account of one invented person."""

    archive_code: str
    user: str
    display_name: str
    posts: tuple[str, ...]


NODES = (
    NodePlan(
        node_id="jiaxing",
        name="嘉兴市档案馆",
        archives=(
            ArchivePlan(archive_code="330400", name="嘉兴市档案馆", city_code="330400"),
            ArchivePlan(archive_code="330481", name="海宁市档案馆", city_code="330400"),
        ),
    ),
    NodePlan(
        node_id="shangrao",
        name="上饶市档案馆",
        archives=(ArchivePlan(archive_code="361100", name="上饶市档案馆", city_code="361100"),),
        dialect="wu-gan",
    ),
    NodePlan(
        node_id="pudong",
        name="上海市浦东新区档案馆",
        archives=(
            ArchivePlan(archive_code="310115", name="上海市浦东新区档案馆", city_code="310100"),
        ),
    ),
)

_STAFF = (
    ("clerk", (Post.WINDOW_CLERK,)),
    ("reviewer", (Post.WINDOW_REVIEWER,)),
    ("dispatcher", (Post.RELEASE_DISPATCHER,)),
    ("sealer", (Post.SEAL_KEEPER,)),
    ("leader", (Post.LEADER,)),
    ("master", (Post.REPOSITORY_MASTER,)),
    ("submission", (Post.SUBMISSION_REVIEWER,)),
    ("corrector", (Post.CORRECTION_CLERK,)),
    ("auditor", (Post.SUPERVISOR, Post.AUDITOR)),
)
_NAMES = {
    "330400": (
        "王敏",
        "周国梁",
        "沈卫东",
        "钱慧芳",
        "陆建中",
        "徐文娟",
        "姚志明",
        "吕佳",
        "蒋素珍",
    ),
    "330481": (
        "许晓岚",
        "邵伟",
        "严丽君",
        "朱根法",
        "陆海明",
        "金秀华",
        "顾志强",
        "章琳",
        "马建华",
    ),
    "361100": (
        "郑小红",
        "余建平",
        "叶国华",
        "汪桂香",
        "程远",
        "徐爱民",
        "江春生",
        "黄英",
        "吴晓峰",
    ),
    "310115": ("顾佩芬", "唐志刚", "陆伟国", "潘丽萍", "严家栋", "沈静", "朱明", "施敏", "龚雅琴"),
}


def officers() -> tuple[OfficerPlan, ...]:
    """Nine people for each archive; the last one only looks."""
    return tuple(
        OfficerPlan(
            archive_code=code,
            user=user,
            display_name=name,
            posts=tuple(post.value for post in posts),
        )
        for code, names in _NAMES.items()
        for (user, posts), name in zip(_STAFF, names, strict=True)
    )


def node_of(archive_code: str) -> NodePlan:
    """The node that hosts the archive; KeyError for a code that is not in the plan."""
    for node in NODES:
        if any(archive.archive_code == archive_code for archive in node.archives):
            return node
    raise KeyError(archive_code)
