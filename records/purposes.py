"""Purposes of use (利用目的): a short list, so that agreements can name them.

The free text beside the code is what the citizen said; only the code decides anything.
"""

PURPOSES: dict[str, str] = {
    "pension": "办理退休、养老保险",
    "seniority": "认定工龄、视同缴费年限",
    "property": "办理房产、不动产登记",
    "inheritance": "办理继承",
    "notary": "办理公证",
    "household": "办理户口、落户",
    "benefit": "申领补助、优抚待遇",
    "qualification": "学历、资格、职称审核",
    "reissue": "补领证件",
    "litigation": "诉讼、仲裁",
    "relocation": "征地拆迁、土地山林权属",
    "personnel": "干部人事档案补充",
    "abroad": "出国（境）手续",
    "personal": "本人留存",
    "official": "机关履行法定职责",
    "other": "其他（须写明）",
}
"""Purpose code → words printed on the application form."""

AS_NO_RECORD_FOR_MARRIAGE: frozenset[str] = frozenset()
"""Purposes for which a no-record certificate on marriage may be issued by default: none.
A holder's policy may name some, and a leader still approves (architecture.md 3)."""


def is_purpose(code: str) -> bool:
    """Whether the code is in the list."""
    return code in PURPOSES


def needs_words(code: str) -> bool:
    """Whether the citizen's own words must accompany the code."""
    return code == "other"
