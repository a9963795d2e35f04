"""Why the citizens' pages and their letter box say no. Append only; codes are never reused."""

from records.refusal import Kind, Reason

CITIZEN_CODE_UNKNOWN = Reason(
    code="CITIZEN_CODE_UNKNOWN",
    kind=Kind.NOT_FOUND,
    zh="没有找到：办件码与手机后四位不符，或草稿已过期",
    en="Nothing was found: the code and the last four digits do not fit, or the draft has expired",
    remedy_zh="请对照保存的办件码再输一次；草稿保留 7 天",
    remedy_en="Compare the code that you kept and type it again; drafts are kept for 7 days",
)
CITIZEN_DRAFT_GONE = Reason(
    code="CITIZEN_DRAFT_GONE",
    kind=Kind.NOT_FOUND,
    zh="没有正在填写的申请",
    en="There is no application in progress",
    remedy_zh="请用办件码续办，或重新开始",
    remedy_en="Go on with your code, or begin anew",
)
CITIZEN_IDENTITY_NEEDED = Reason(
    code="CITIZEN_IDENTITY_NEEDED",
    kind=Kind.UNAUTHENTICATED,
    zh="请先完成实名核验",
    en="Prove who you are first",
    remedy_zh="核验后自动回到这一页，已填写的内容都在",
    remedy_en="You come back to this page afterwards; what you typed is kept",
)
CITIZEN_NOT_YOURS = Reason(
    code="CITIZEN_NOT_YOURS",
    kind=Kind.NOT_FOUND,
    zh="您的名下没有这件申请",
    en="There is no such application of yours",
    remedy_zh="请在“我的申请”里选择",
    remedy_en="Choose one under My applications",
)
CITIZEN_TOO_MANY = Reason(
    code="CITIZEN_TOO_MANY",
    kind=Kind.EXHAUSTED,
    zh="今天提交的申请已到上限",
    en="No more applications can be filed today",
    remedy_zh="请明天再提交，或到档案馆窗口办理",
    remedy_en="File again tomorrow, or come to the archive's window",
)
CITIZEN_LETTERS_FULL = Reason(
    code="CITIZEN_LETTERS_FULL",
    kind=Kind.EXHAUSTED,
    zh="今天补充和撤回的次数已到上限",
    en="Nothing more can be added or taken back today",
    remedy_zh="填写的内容已留存，请明天再提交，或到档案馆窗口办理",
    remedy_en="What you typed is kept: send it tomorrow, or come to the archive's window",
)
CITIZEN_DRAFTS_FULL = Reason(
    code="CITIZEN_DRAFTS_FULL",
    kind=Kind.EXHAUSTED,
    zh="今天从这个网络新开的申请已到上限",
    en="No more applications can be begun from this network today",
    remedy_zh="已有办件码的可以接着填；新的请明天再来、换个网络，或到档案馆窗口办理",
    remedy_en="Go on with a code that you have; else come again tomorrow, use another network, "
    "or come to the archive's window",
)
CITIZEN_PAPERS_FULL = Reason(
    code="CITIZEN_PAPERS_FULL",
    kind=Kind.EXHAUSTED,
    zh="今天从这个网络上传的材料已到上限",
    en="No more papers can be sent from this network today",
    remedy_zh="填写的内容已留存，请明天再传、换个网络，或带材料到档案馆窗口办理",
    remedy_en="What you typed is kept: send the paper tomorrow or from another network, "
    "or bring it to the archive's window",
)
CITIZEN_BOX_FULL = Reason(
    code="CITIZEN_BOX_FULL",
    kind=Kind.EXHAUSTED,
    zh="群众端信箱今天收的材料已到上限",
    en="The letter box takes no more papers today",
    remedy_zh="填写的内容已留存，请明天再传，或带材料到档案馆窗口办理",
    remedy_en="What you typed is kept: send the paper tomorrow, "
    "or bring it to the archive's window",
)
CITIZEN_DRAFT_LONG = Reason(
    code="CITIZEN_DRAFT_LONG",
    kind=Kind.USAGE,
    zh="填写的内容太长",
    en="What was typed is too long",
    remedy_zh="请写得简短一些；材料请拍照上传",
    remedy_en="Say it in fewer words; send papers as photographs",
)
CITIZEN_STATE = Reason(
    code="CITIZEN_STATE",
    kind=Kind.CONFLICT,
    zh="申请已经走到下一步，不能再这样办理",
    en="The application has gone on; this can no longer be done",
    remedy_zh="请刷新页面看最新进度",
    remedy_en="Reload the page to see where it stands",
)
CITIZEN_BOX = Reason(
    code="CITIZEN_BOX",
    kind=Kind.UNAVAILABLE,
    zh="群众端信箱不可用",
    en="The citizens' letter box is not usable",
    remedy_zh="核对 citizen.toml 与信箱目录；先运行 lantai-node citizen-init",
    remedy_en="Check citizen.toml and the box folder; run lantai-node citizen-init first",
)
CITIZEN_LETTER = Reason(
    code="CITIZEN_LETTER",
    kind=Kind.REFUSED,
    zh="信件不完整或不是本馆信箱的",
    en="The letter is not whole, or not for this box",
    remedy_zh="请申请人重新提交",
    remedy_en="Let the applicant send it again",
)
CITIZEN_IDENTITY_UNPROVEN = Reason(
    code="CITIZEN_IDENTITY_UNPROVEN",
    kind=Kind.UNAUTHENTICATED,
    zh="实名核验凭据缺失、过期或与申请人不符",
    en="The proof of identity is missing, too old, or another person's",
    remedy_zh="请重新实名核验后再提交，或带证件到档案馆窗口办理",
    remedy_en="Prove who you are again and send it once more, or come to the archive's window",
)
REAL_NAME_REFUSED = Reason(
    code="REAL_NAME_REFUSED",
    kind=Kind.REFUSED,
    zh="实名核验没有通过",
    en="Your identity was not proven",
    remedy_zh="请核对姓名、证件号和手机号后重试，或到档案馆窗口办理",
    remedy_en="Check name, number and mobile and try again, or come to the archive's window",
)
REAL_NAME_UNKNOWN = Reason(
    code="REAL_NAME_UNKNOWN",
    kind=Kind.USAGE,
    zh="没有这个实名核验方式",
    en="There is no such real-name provider",
    remedy_zh="核对 citizen.toml 的 real_name；演示方式只用于演示域",
    remedy_en="Check real_name in citizen.toml; the demo provider serves sample domains only",
)
