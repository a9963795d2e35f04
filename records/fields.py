"""What a field of a record is: its code, its Chinese label, its form, whose it is, who sees it.

Codes are import columns (interfaces.md §3), keys of `CatalogueEntry.values` and fields of an
extract at once. `records/kinds.py` groups them into the 32 categories.
"""

from dataclasses import dataclass
from enum import StrEnum


class FieldForm(StrEnum):
    """How a value is written; decides its checks and how it is compared."""

    NAME = "name"
    SEX = "sex"
    """男, 女 or empty."""
    DATE = "date"
    """Any date form of records/date_text.py."""
    AGE = "age"
    ID_NO = "id_no"
    PLACE = "place"
    NUMBER = "number"
    """A certificate, approval or student number."""
    TEXT = "text"
    CHOICE = "choice"
    """One of `FieldSpec.choices`."""


class OnExtract(StrEnum):
    """Whether an extract (T1) prints the field."""

    USUAL = "usual"
    """Printed unless the application asks for less."""
    ON_REQUEST = "on_request"
    """Printed when the application names it and the holder agrees."""
    NEVER = "never"
    """Index data of the archive's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of one category."""

    code: str
    label: str
    """Chinese label, as printed and shown."""
    form: FieldForm = FieldForm.TEXT
    party: str = ""
    """Whose: a person role of the category ("a", "b", "subject", "guardian"); empty = the act's."""
    on_extract: OnExtract = OnExtract.USUAL
    required: bool = False
    """Four-properties check I03: an empty value rejects the row."""
    choices: tuple[tuple[str, str], ...] = ()
    """Code and Chinese label of each allowed value."""
    most_characters: int = 200

    def label_of(self, value: str) -> str:
        """The printed word for a stored value; the value itself where it is free text."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonColumns:
    """Which fields describe one person of a record; a field that the category lacks is empty."""

    role: str
    label: str
    """Chinese word for the role, e.g. "甲方", "学生"."""
    is_subject: bool
    """The record is about this person; others (guardian, parent) help to identify only."""
    name: str
    former_name: str = ""
    sex: str = ""
    birth: str = ""
    age: str = ""
    id_no: str = ""
    is_roster: bool = False
    """`name` lists everybody on a page (records/rosters.py): each can be the one sought."""

    @property
    def name_field(self) -> str:
        """Field under which a clerk reads how the name agreed."""
        return "name" if self.is_roster else self.name

    @property
    def is_sought(self) -> bool:
        """The person of a query may stand in this role."""
        return self.is_subject or self.is_roster


ROSTER_COLUMN = "roster_names"
"""Import column that lists the people of a page, in the page's order."""

OPEN_STATUSES = (
    ("open", "开放"),
    ("restricted", "控制"),
    ("deferred", "延期开放"),
    ("not_reviewed", "未审核"),
)
"""DA/T 18-2022 开放标识."""

SECRECY_LEVELS = ("", "秘密", "机密", "绝密")

EVENT_TYPES = (
    ("marriage", "结婚登记"),
    ("remarriage", "再婚登记"),
    ("restored", "复婚登记"),
    ("late_registered", "补办结婚登记"),
    ("divorce", "离婚登记"),
    ("reissue", "补领婚姻登记证"),
    ("annulment", "撤销婚姻"),
)

_NEVER = OnExtract.NEVER

ARCHIVE_FIELDS = (
    FieldSpec(code="reference_code", label="档号", required=True, most_characters=64),
    FieldSpec(code="fonds_no", label="全宗号", on_extract=_NEVER, most_characters=20),
    FieldSpec(code="catalog_no", label="目录号", on_extract=_NEVER, most_characters=20),
    FieldSpec(code="file_no", label="案卷号", on_extract=_NEVER, most_characters=20),
    FieldSpec(code="item_no", label="件号", on_extract=_NEVER, most_characters=20),
    FieldSpec(code="page_from", label="起始页", on_extract=_NEVER, most_characters=10),
    FieldSpec(code="page_to", label="终止页", on_extract=_NEVER, most_characters=10),
    FieldSpec(code="year", label="年度", on_extract=_NEVER, most_characters=20),
    FieldSpec(code="title", label="题名", on_extract=_NEVER, most_characters=300),
    FieldSpec(code="retention_period", label="保管期限", on_extract=_NEVER, most_characters=20),
    FieldSpec(
        code="open_status",
        label="开放标识",
        form=FieldForm.CHOICE,
        on_extract=_NEVER,
        choices=OPEN_STATUSES,
    ),
    FieldSpec(
        code="secrecy_level",
        label="密级",
        form=FieldForm.CHOICE,
        on_extract=_NEVER,
        choices=tuple((level, level) for level in SECRECY_LEVELS[1:]),
    ),
    FieldSpec(code="damage", label="破损情况", on_extract=_NEVER),
    FieldSpec(code="images", label="影像文件", on_extract=_NEVER, most_characters=2000),
    FieldSpec(code="remarks", label="备注", on_extract=_NEVER, most_characters=1000),
)
"""The archive block that every category shares (interfaces.md §3)."""
