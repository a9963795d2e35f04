"""Reasons that the archivist's words give: malformed names, dates, numbers and queries.

Append only; codes are stable and never reused.
"""

from records.refusal import Kind, Reason

CATEGORY_UNKNOWN = Reason(
    "CATEGORY_UNKNOWN",
    Kind.USAGE,
    "没有这一档案类别",
    "no such record category",
    "请使用类别表中的代码，如 marriage_registration",
    "use a code of the category list, such as marriage_registration",
)
FIELD_UNKNOWN = Reason(
    "FIELD_UNKNOWN",
    Kind.USAGE,
    "该类别没有这个字段",
    "the category has no such field",
    "请对照该类别的字段表改正字段名",
    "use a field code of the category",
)
DATE_NOT_UNDERSTOOD = Reason(
    "DATE_NOT_UNDERSTOOD",
    Kind.USAGE,
    "日期无法识别",
    "the date cannot be read",
    "请写作 1985、1985-05、1985-05-20、[1985]、约1985、农历一九五六年八月廿二或民国三十五年",
    "write 1985, 1985-05, 1985-05-20, [1985], 约1985, 农历… or 民国…",
)
LUNAR_DATE_IMPOSSIBLE = Reason(
    "LUNAR_DATE_IMPOSSIBLE",
    Kind.USAGE,
    "农历中没有这一天",
    "there is no such day in the lunar calendar",
    "请核对年、闰月和日；可查范围为农历 1840 至 2100 年",
    "check year, leap month and day; 1840-2100 can be computed",
)
TABLE_DAMAGED = Reason(
    "TABLE_DAMAGED",
    Kind.UNAVAILABLE,
    "对照表缺失或损坏",
    "a reference table is missing or damaged",
    "请运行 python -m deploy.tables 重新生成",
    "run python -m deploy.tables to generate it again",
)
ID_NUMBER_MALFORMED = Reason(
    "ID_NUMBER_MALFORMED",
    Kind.USAGE,
    "身份证号码格式不对",
    "the identity number is malformed",
    "请核对：15 位数字，或 17 位数字加一位数字或 X",
    "15 digits, or 17 digits and a digit or X",
)
REFERENCE_CODE_MALFORMED = Reason(
    "REFERENCE_CODE_MALFORMED",
    Kind.USAGE,
    "档号格式不对",
    "the reference code is malformed",
    "请按 DA/T 13 或原编号规则写，如 J012-003-0456-078",
    "write it by DA/T 13 or its older form, such as J012-003-0456-078",
)
CERTIFICATE_NUMBER_MALFORMED = Reason(
    "CERTIFICATE_NUMBER_MALFORMED",
    Kind.USAGE,
    "证件字号无法识别",
    "the certificate number cannot be read",
    "请照原证抄写，如 J330402-2012-000123 或（82）嘉郊结字第37号",
    "copy it as printed, such as J330402-2012-000123",
)
NAME_MISSING = Reason(
    "NAME_MISSING",
    Kind.USAGE,
    "姓名为空",
    "the name is empty",
    "请填写姓名",
    "give a name",
)
NAME_TOO_LONG = Reason(
    "NAME_TOO_LONG",
    Kind.USAGE,
    "姓名超过 50 个字",
    "the name is longer than 50 characters",
    "请核对后改正",
    "check it and shorten it",
)
CODE_POINT_FORBIDDEN = Reason(
    "CODE_POINT_FORBIDDEN",
    Kind.USAGE,
    "含有不能保存的字符",
    "there is a character that cannot be kept",
    "请删去或替换所列码位的字符",
    "remove or replace the named code point",
)
QUERY_MALFORMED = Reason(
    "QUERY_MALFORMED",
    Kind.USAGE,
    "查询内容有误",
    "the query is malformed",
    "请按所列字段改正",
    "correct the named field",
)
TOO_BROAD = Reason(
    "TOO_BROAD",
    Kind.USAGE,
    "条件过宽，可能列出许多人",
    "the query could list many people",
    "请再给出一项：出生日期、证件号码、另一方姓名、证书字号或具体年份",
    "add a birth date, an identity number, the other party, a certificate number or a year",
)
DIALECT_MALFORMED = Reason(
    "DIALECT_MALFORMED",
    Kind.USAGE,
    "方言音类表格式不对",
    "the dialect profile is malformed",
    '请写 code 与 groups，每组 2 至 16 个不带声调的拼音，如 groups = ["huang wang"]',
    'write code and groups of 2-16 toneless syllables, such as groups = ["huang wang"]',
)
LINEAGE_MALFORMED = Reason(
    "LINEAGE_MALFORMED",
    Kind.USAGE,
    "沿革表有一行不合格式",
    "a line of the table of institutions is malformed",
    "请按首行 kind,name,from_year,to_year,successors,keeper,source 改正所列行",
    "correct the named line; columns are kind,name,from_year,to_year,successors,keeper,source",
)
