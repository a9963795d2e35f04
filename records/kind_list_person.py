"""Categories about family and status: marriage, school, youth, children, households."""

from records.fields import EVENT_TYPES, FieldForm, FieldSpec, OnExtract, PersonColumns
from records.kind_parts import (
    KindParts,
    about_person,
    day,
    name_of,
    number,
    person_fields,
    place,
    relative,
    roster,
    roster_names,
    subject,
    text,
)

_PARTY_EXTRAS = (
    ("age_recorded", "登记时年龄", FieldForm.AGE, OnExtract.USUAL),
    ("ethnicity", "民族", FieldForm.TEXT, OnExtract.ON_REQUEST),
    ("occupation", "职业", FieldForm.TEXT, OnExtract.ON_REQUEST),
    ("residence", "住址", FieldForm.PLACE, OnExtract.ON_REQUEST),
    ("native_place", "籍贯", FieldForm.PLACE, OnExtract.ON_REQUEST),
)


def _party(role: str, label: str) -> tuple[FieldSpec, ...]:
    """The eleven columns of one party; which is husband and which wife, the sex column says."""
    extras = tuple(
        FieldSpec(
            code=f"{role}_{code}", label=label + word, form=form, party=role, on_extract=shown
        )
        for code, word, form, shown in _PARTY_EXTRAS
    )
    return person_fields(role, label, prefix=f"{role}_") + extras


def _party_columns(role: str, label: str, *, has_age: bool = True) -> PersonColumns:
    return PersonColumns(
        role=role,
        label=label,
        is_subject=True,
        name=f"{role}_name",
        former_name=f"{role}_former_name",
        sex=f"{role}_sex",
        birth=f"{role}_birth",
        age=f"{role}_age_recorded" if has_age else "",
        id_no=f"{role}_id_no",
    )


MARRIAGE = KindParts(
    code="marriage_registration",
    label="婚姻登记",
    fields=(
        *_party("a", "甲方"),
        *_party("b", "乙方"),
        FieldSpec(
            code="event_type",
            label="登记类别",
            form=FieldForm.CHOICE,
            required=True,
            choices=EVENT_TYPES,
        ),
        day("event_date", "登记日期"),
        place("registration_office", "登记机关"),
        number("certificate_no", "证件字号"),
    ),
    people=(_party_columns("a", "甲方"), _party_columns("b", "乙方")),
    purposes=("property", "inheritance", "household", "notary"),
    care="high",
)

SCHOOL = KindParts(
    code="school_record",
    label="学籍学历",
    fields=(
        *person_fields("subject", ""),
        place("native_place", "籍贯", on_request=True),
        name_of("guardian", "家长"),
        place("address", "家庭住址", on_request=True),
        text("school", "学校"),
        text("level", "学历层次"),
        text("major", "专业"),
        text("class_name", "班级"),
        number("student_no", "学号"),
        day("admission_date", "入学日期"),
        day("graduation_date", "毕业日期"),
        text("outcome", "学业结果"),
        number("certificate_no", "毕业证书号"),
        roster_names(),
    ),
    people=(subject("学生"), relative("guardian", "家长"), roster()),
    purposes=("pension", "qualification"),
    care="mid",
)

EDUCATED_YOUTH = about_person(
    "educated_youth",
    "知识青年上山下乡",
    (
        text("origin_unit", "下乡前单位（学校）"),
        place("origin_place", "动员地"),
        day("departure_date", "下乡日期"),
        place("destination_place", "安置地"),
        text("settlement_type", "安置方式"),
        text("return_type", "回城方式"),
        day("return_date", "回城日期"),
        number("return_approval_no", "回城审批文号"),
        text("receiving_unit", "接收单位"),
    ),
    care="mid",
    purposes=("seniority", "pension"),
    has_rosters=True,
)

_CHILD = person_fields("subject", "", required=True)
_PARENTS = (relative("father", "父亲"), relative("mother", "母亲"))
_PARENT_NAMES = (name_of("father", "父亲"), name_of("mother", "母亲"))

PERSON_KINDS: tuple[KindParts, ...] = (
    MARRIAGE,
    SCHOOL,
    EDUCATED_YOUTH,
    KindParts(
        code="educated_youth_child",
        label="知青子女",
        fields=(
            *_CHILD,
            name_of("parent", "知青父（母）"),
            place("return_place", "回迁地"),
            number("approval_no", "入户审批文号"),
            day("approval_date", "审批日期"),
        ),
        people=(subject("子女"), relative("parent", "知青父（母）")),
        purposes=("household",),
        care="mid",
    ),
    KindParts(
        code="only_child",
        label="独生子女",
        fields=(
            *_CHILD,
            *_PARENT_NAMES,
            number("certificate_no", "独生子女证号"),
            day("issue_date", "发证日期"),
            place("issuing_office", "发证单位"),
        ),
        people=(subject("子女"), *_PARENTS),
        purposes=("pension", "benefit"),
        care="mid",
        concerns_minors=True,
    ),
    KindParts(
        code="birth_certificate",
        label="出生医学证明",
        fields=(
            *_CHILD,
            text("birth_time", "出生时间"),
            text("birth_weight", "出生体重", on_request=True),
            *_PARENT_NAMES,
            place("hospital", "接生机构"),
            number("certificate_no", "出生证编号"),
            day("issue_date", "签发日期"),
        ),
        people=(subject("新生儿"), *_PARENTS),
        purposes=("household", "notary"),
        care="very_high",
        concerns_minors=True,
    ),
    KindParts(
        code="birth_approval",
        label="再生育审批",
        fields=(
            *person_fields("a", "甲方", prefix="a_"),
            *person_fields("b", "乙方", prefix="b_"),
            text("child_order", "孩次"),
            number("approval_no", "审批文号"),
            day("approval_date", "审批日期"),
        ),
        people=(
            _party_columns("a", "甲方", has_age=False),
            _party_columns("b", "乙方", has_age=False),
        ),
        purposes=("benefit", "personal"),
        care="high",
    ),
    KindParts(
        code="adoption",
        label="收养登记",
        fields=(
            *_CHILD,
            name_of("adopter", "收养人"),
            name_of("second_adopter", "收养人配偶"),
            name_of("giver", "送养人"),
            number("certificate_no", "收养登记证号"),
            day("event_date", "登记日期"),
        ),
        people=(
            subject("被收养人"),
            relative("adopter", "收养人"),
            relative("second_adopter", "收养人配偶"),
            relative("giver", "送养人"),
        ),
        purposes=("inheritance", "household"),
        care="very_high",
        concerns_minors=True,
    ),
    about_person(
        "household_migration",
        "户口迁移、农转非",
        (
            place("from_place", "迁出地"),
            place("to_place", "迁入地"),
            text("reason", "迁移原因"),
            number("approval_no", "审批文号"),
            day("approval_date", "审批日期"),
        ),
        care="high",
        purposes=("household",),
    ),
    about_person(
        "overseas_return",
        "归侨、支边、下放居民",
        (
            place("from_place", "原居住地"),
            place("to_place", "安置地"),
            number("approval_no", "审批文号"),
            day("approval_date", "审批日期"),
        ),
        care="mid",
        purposes=("household", "benefit"),
    ),
)
