"""Categories about land, houses and published papers; some have no person at all."""

from records.fields import FieldForm, FieldSpec
from records.kind_parts import KindParts, about_person, day, number, place, text

_BOUNDARIES = (
    text("area", "面积"),
    text("boundaries", "四至"),
)

LAND_KINDS: tuple[KindParts, ...] = (
    about_person(
        "land_contract",
        "土地承包",
        (
            place("village", "村组"),
            text("plot", "地块"),
            *_BOUNDARIES,
            number("contract_no", "承包合同号"),
            day("contract_date", "承包日期"),
        ),
        care="mid",
        purposes=("relocation", "litigation"),
    ),
    KindParts(
        code="forest_right",
        label="山林权、林权",
        fields=(
            text("owner", "权利人"),
            place("mountain", "山名"),
            *_BOUNDARIES,
            number("certificate_no", "山林权证号"),
            day("issue_date", "发证日期"),
        ),
        people=(),
        purposes=("relocation", "litigation"),
        care="mid",
    ),
    about_person(
        "rural_house",
        "农民建房、宅基地",
        (
            place("address", "坐落"),
            text("plot", "地块"),
            text("area", "面积"),
            number("approval_no", "审批文号"),
            day("approval_date", "审批日期"),
        ),
        care="mid",
        purposes=("relocation", "property"),
    ),
    about_person(
        "house_property",
        "房产、房改",
        (
            place("address", "坐落"),
            text("area", "建筑面积"),
            number("deed_no", "权证号"),
            text("purchase_price", "购房价款", on_request=True),
            day("registration_date", "登记日期"),
        ),
        care="mid",
        purposes=("property",),
    ),
    about_person(
        "land_reform_deed",
        "土地房产所有证",
        (
            place("village", "村"),
            text("plots", "土地房产"),
            text("boundaries", "四至"),
            number("deed_no", "证号"),
            day("issue_date", "发证日期"),
        ),
        care="low",
        purposes=("relocation", "litigation"),
    ),
    KindParts(
        code="policy_document",
        label="现行政策文件",
        fields=(
            FieldSpec(code="document_title", label="文件标题", most_characters=300),
            FieldSpec(code="document_no", label="文号", form=FieldForm.NUMBER, most_characters=60),
            text("issuing_body", "发文机关"),
            day("document_date", "发文日期"),
        ),
        people=(),
        purposes=("personal", "official"),
        care="open",
    ),
)
