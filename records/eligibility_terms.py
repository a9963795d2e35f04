"""Words of the eligibility table: capacities, doors, effects, limits, and the shape of a rule.

The rows are in `records.eligibility_table`, the evaluation in `records.eligibility`.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from records.refusal import Reason


class Effect(StrEnum):
    """What a rule says."""

    ALLOW = "allow"
    LEADER = "leader"
    """The holder's leader must approve the purpose."""
    SUPPLEMENT = "supplement"
    """Something is missing; the clock pauses until it is brought."""
    REFUSE = "refuse"


class Limit(StrEnum):
    """The most that may be given, from nothing to everything about the applicant's own record."""

    NOTHING = "nothing"
    VERIFY_ONLY = "verify_only"
    YES_NO_DATES = "yes_no_dates"
    LISTED_FIELDS = "listed_fields"
    CASE_RELATED = "case_related"
    MINIMUM = "minimum"
    OWN_LINES = "own_lines"
    WARD = "ward"
    OPEN_ONLY = "open_only"


class Requester(StrEnum):
    """In which capacity somebody asks (申请人身份)."""

    PARTY = "party"
    SPOUSE = "spouse"
    AGENT = "agent"
    KIN_OF_LIVING = "kin_of_living"
    RELATIVE_OF_DECEASED = "relative_of_deceased"
    HEIR = "heir"
    GUARDIAN = "guardian"
    ADOPTEE = "adoptee"
    COURT = "court"
    """Court, procuratorate, police or state security."""
    LAWYER = "lawyer"
    NOTARY = "notary"
    CIVIL_AFFAIRS = "civil_affairs"
    AGENCY = "agency"
    """Social security or personnel office through 查档直通车."""
    EMPLOYER = "employer"
    COMMERCIAL = "commercial"
    """Bank, insurer, landlord."""
    MEDIATION_CENTRE = "mediation_centre"
    RESEARCHER = "researcher"
    FOREIGN = "foreign"


class Channel(StrEnum):
    """Through which door the application came."""

    WINDOW = "window"
    MOBILE = "mobile"
    AGENCY = "agency"
    TERMINAL = "terminal"
    MEDIATION = "mediation"


ASSURANCE_ORDER: tuple[str, ...] = (
    "asserted",
    "document_photo",
    "national_net_id",
    "chip_read",
)
"""How identity was checked, weakest first (architecture.md 6)."""


DOCUMENTS: dict[str, str] = {
    "id_card": "申请人有效身份证件原件",
    "principal_id": "委托人身份证件",
    "power_of_attorney": "委托书（签名）",
    "notarised_poa": "经公证的委托书",
    "consular_notarisation": "驻外使领馆公证或认证",
    "apostille": "附加证明书或当地公证并认证",
    "real_name_high": "高等级实名认证",
    "liveness": "活体检测",
    "death_proof": "当事人死亡证明",
    "kinship_proof": "亲属关系证明",
    "purpose_statement": "利用目的说明",
    "guardianship_proof": "监护关系证明",
    "household_register": "户口簿",
    "court_judgment": "法院判决书",
    "unit_letter": "单位介绍信（30日内）",
    "officer_ids": "两名办案人员工作证件",
    "officer_id": "经办人员工作证件",
    "lawyer_licence": "律师执业证",
    "firm_letter": "律师事务所证明",
    "client_poa": "当事人委托书",
    "court_acceptance": "法院受理案件通知书",
    "investigation_order": "法院调查令",
    "client_consent": "当事人同意书",
    "matter": "办理事项说明",
    "system_case_no": "业务系统办件号",
    "legal_task": "法定职责依据",
    "employee_consent": "职工本人同意书",
    "mediation_case_no": "调解案件编号",
    "introduction": "国内主管机关介绍",
    "archive_consent": "保管档案的档案馆同意",
    "depositor_consent": "寄存人同意书",
}
"""Document code → words on the checklist and on T5."""

FACTS: dict[str, str] = {
    "abroad": "当事人在境外或为外国人",
    "in_litigation": "案件已由法院受理",
    "own_transfer": "由申请机关移交的档案",
    "agreement_wants_notarised": "协议要求公证委托",
    "deposited": "寄存档案",
    "not_digitised": "尚未数字化",
    "local_rule_allows": "地方规定准许",
    "personal_record": "涉及个人的记录",
    "bulk": "批量人名",
    "no_case": "没有登记的案件",
    "own_relative": "涉及经办人亲属",
}
"""Circumstances that a row may ask for."""

MARRIAGE = ("marriage_registration",)
PLACE_BOUND = ("land_contract", "forest_right", "rural_house", "house_property", "land_reform_deed")
"""Categories about land and houses, for the mediation window (D21)."""
SENIORITY = (
    "work_seniority",
    "educated_youth",
    "labour_recruitment",
    "veteran",
    "worker_transfer",
    "wage_reform",
    "downsized_worker",
    "social_insurance",
)
"""Categories that a personnel office needs to count years of service (D18)."""
PERSONNEL = (
    "cadre_appointment",
    "title_qualification",
    "school_record",
    "labour_recruitment",
    "work_seniority",
    "worker_transfer",
)
KIN = ("marriage_registration", "birth_certificate", "adoption", "only_child")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The facts of an application that the rules look at; no name among them."""

    channel: str = Channel.WINDOW.value
    requester: str
    category: str
    open_status: str = "not_reviewed"
    """Of the record where it is known; before the search the category's usual status."""
    secrecy_level: str = ""
    documents: frozenset[str] = frozenset()
    """Codes of the documents presented, see `DOCUMENTS`."""
    facts: frozenset[str] = frozenset()
    """Circumstances, codes of `FACTS`; others are ignored."""
    purpose: str = ""
    identity_assurance: str = "asserted"
    agreement: Reason | None = None
    """Why the agreement between the archives refuses (D26); None = it allows, or none is needed
    because the citizen stands at the holder's own window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the table. Empty tuples mean "any"."""

    rule: str
    """"D01" ... "D25", "D27". D26 is the agreement's own evaluation."""
    requesters: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    """Facts, documents or open status that must all be present."""
    unless: tuple[str, ...] = ()
    """Facts, documents or open status of which none may be present."""
    documents: tuple[tuple[str, ...], ...] = ()
    """Each entry is a choice: one of its documents must be presented."""
    missing: dict[str, Reason] = field(default_factory=dict)
    """Reason for a missing choice, by its first document; else PROOF_MISSING."""
    effect: Effect
    reason: Reason | None = None
    limit: Limit
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """What was decided, by which rule, and what is still wanted."""

    rule: str
    effect: Effect
    reason: Reason | None = None
    missing: tuple[str, ...] = ()
    """Document codes of which one each must be brought; the first of each choice."""
    limit: Limit
    basis: str

    @property
    def code(self) -> str:
        """Reason code; empty when allowed."""
        return self.reason.code if self.reason else ""
