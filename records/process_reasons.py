"""Why a step of the process was refused: states, posts, eligibility, agreements, routing.

Reasons about reading input (dates, numbers, queries' form) are in `records.reasons`.
"""

from records.refusal import Kind, Reason

CASE_MOVE_FORBIDDEN = Reason(
    "CASE_MOVE_FORBIDDEN",
    Kind.CONFLICT,
    "案件当前状态不允许这一步",
    "the case may not make this move from its present state",
    "刷新后按当前状态办理",
    "reload the case and act on its present state",
)
DUTY_NOT_HELD = Reason(
    "DUTY_NOT_HELD",
    Kind.REFUSED,
    "本人岗位无权办理此事项",
    "none of the officer's posts may perform this act",
    "交由有权岗位办理",
    "hand it to an officer who holds the post",
)
DUTY_CONFLICT = Reason(
    "DUTY_CONFLICT",
    Kind.REFUSED,
    "同一案件的两个环节不得由同一人办理",
    "one person may not perform both acts in one case",
    "由另一位工作人员办理",
    "let another person act",
)
POST_CONFLICT = Reason(
    "POST_CONFLICT",
    Kind.REFUSED,
    "同一人不得兼任这两个岗位",
    "one person may not hold both posts",
    "调整任命",
    "change the appointment",
)
PLEDGE_NOT_VALID = Reason(
    "PLEDGE_NOT_VALID",
    Kind.REFUSED,
    "保密承诺书未签或已过期",
    "the confidentiality pledge is unsigned or has expired",
    "重新签订保密承诺书",
    "sign the pledge again",
)
ELIGIBILITY_UNKNOWN = Reason(
    "ELIGIBILITY_UNKNOWN",
    Kind.REFUSED,
    "没有允许此类申请人利用此类档案的规定",
    "no rule allows this requester to use this category",
    "由当事人本人申请，或请主管领导研究",
    "let the party apply in person, or ask the leader",
)
SECRET_OR_RESTRICTED = Reason(
    "SECRET_OR_RESTRICTED",
    Kind.REFUSED,
    "依法不予提供利用",
    "not available for use under the law",
    "向保管档案的档案馆申请开放审核",
    "apply to the keeping archive for open review",
)
DEPOSITOR_CONSENT_MISSING = Reason(
    "DEPOSITOR_CONSENT_MISSING",
    Kind.REFUSED,
    "寄存档案须寄存人同意",
    "deposited archives need the depositor's consent",
    "取得寄存人书面同意",
    "obtain the depositor's written consent",
)
NO_LAWFUL_CASE = Reason(
    "NO_LAWFUL_CASE",
    Kind.REFUSED,
    "没有合法的查档事由",
    "there is no lawful case behind this query",
    "登记申请后再查，涉及本人亲属的应回避",
    "file an application first; step back where own relatives are concerned",
)
AGENT_NOT_NOTARISED = Reason(
    "AGENT_NOT_NOTARISED",
    Kind.REFUSED,
    "代办婚姻登记档案须出示经公证的委托书",
    "an agent needs a notarised power of attorney for marriage records",
    "补交公证委托书，或由当事人本人办理",
    "bring a notarised power of attorney, or let the party apply",
)
NOT_PARTY = Reason(
    "NOT_PARTY",
    Kind.REFUSED,
    "申请人不是当事人",
    "the applicant is not a party to the record",
    "由当事人出具公证委托书代办",
    "act as agent with the party's notarised power of attorney",
)
NO_COURT_PAPER = Reason(
    "NO_COURT_PAPER",
    Kind.REFUSED,
    "缺少法院受理通知书或调查令",
    "a court acceptance notice or investigation order is missing",
    "补交受理案件通知书或律师调查令",
    "bring the court's acceptance notice or investigation order",
)
USE_CERTIFICATE_VERIFY = Reason(
    "USE_CERTIFICATE_VERIFY",
    Kind.REFUSED,
    "单位只能核验当事人出示的证明，不能查询档案",
    "such a body may only verify a certificate that the party shows",
    "请当事人取得证明后扫码核验",
    "verify the party's certificate by its QR code",
)
PROOF_MISSING = Reason(
    "PROOF_MISSING",
    Kind.REFUSED,
    "缺少必要的证明材料",
    "a required document is missing",
    "补齐所列材料后再次提交",
    "bring the documents that are listed and submit again",
)
KINSHIP_PROOF_MISSING = Reason(
    "KINSHIP_PROOF_MISSING",
    Kind.REFUSED,
    "缺少亲属关系证明",
    "proof of kinship is missing",
    "补交户口簿、出生证明、公证书等亲属关系证明",
    "bring a household register, birth certificate or notarial deed that shows kinship",
)
DEATH_PROOF_MISSING = Reason(
    "DEATH_PROOF_MISSING",
    Kind.REFUSED,
    "缺少当事人死亡证明",
    "proof of the party's death is missing",
    "补交死亡医学证明、户口注销证明等",
    "bring the death certificate or the cancelled household entry",
)
PURPOSE_MISSING = Reason(
    "PURPOSE_MISSING",
    Kind.REFUSED,
    "未说明利用目的",
    "the purpose of use is not stated",
    "填写利用目的",
    "state the purpose",
)
IDENTITY_TOO_WEAK = Reason(
    "IDENTITY_TOO_WEAK",
    Kind.REFUSED,
    "申请人身份核验方式低于该类档案的要求",
    "the applicant's identity was not checked well enough for this category",
    "用读卡器或国家网络身份认证核验后再提交",
    "check identity with a card reader or the national service, then submit again",
)
AGREEMENT_SCOPE = Reason(
    "AGREEMENT_SCOPE",
    Kind.REFUSED,
    "两馆之间没有允许此项查询的合作协议",
    "no agreement between the two archives allows this question",
    "请申请人直接向保管馆申请",
    "let the applicant apply to the holding archive directly",
)
AGREEMENT_EXPIRED = Reason(
    "AGREEMENT_EXPIRED",
    Kind.REFUSED,
    "允许此项查询的合作协议不在有效期内",
    "the agreement that would allow this question is not in force",
    "续签协议，或请申请人直接向保管馆申请",
    "renew the agreement, or let the applicant apply to the holding archive",
)
AGREEMENT_QUOTA = Reason(
    "AGREEMENT_QUOTA",
    Kind.EXHAUSTED,
    "今日协查数量已达协议上限",
    "today's quota of the agreement is used up",
    "明日再提交，或与保管馆联系",
    "submit tomorrow, or telephone the holding archive",
)
NOT_COVERED = Reason(
    "NOT_COVERED",
    Kind.REFUSED,
    "不在该馆馆藏范围内",
    "outside the holdings that the archive declares",
    "按转办提示向其他保管机构查询",
    "ask the office named in the referral",
)
NODE_NOT_ACTIVE = Reason(
    "NODE_NOT_ACTIVE",
    Kind.REFUSED,
    "该馆已暂停或退出联网",
    "the archive's node is suspended or has left the federation",
    "请申请人直接向该馆申请",
    "let the applicant apply to that archive directly",
)
AREA_TABLE_MALFORMED = Reason(
    "AREA_TABLE_MALFORMED",
    Kind.USAGE,
    "行政区划代码表格式不符",
    "the area-code table is malformed",
    "使用含 代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码 的 UTF-8 CSV",
    "use a UTF-8 CSV with the nine columns of the areacodes data set",
)
NO_SUCCESSOR_RECORDED = Reason(
    "NO_SUCCESSOR_RECORDED",
    Kind.UNDECIDED,
    "该行政区已撤销，区划表未记载其去向",
    "the area was abolished and the table does not say what followed",
    "请申请人说明当时所在的县（市、区）",
    "ask for the county of that time",
)
PLACE_UNKNOWN = Reason(
    "PLACE_UNKNOWN",
    Kind.UNDECIDED,
    "未能识别地名",
    "the place name is not known",
    "写明省、市、县（市、区）当时或现在的名称",
    "give province, city and county, by their name then or now",
)
PLACE_AMBIGUOUS = Reason(
    "PLACE_AMBIGUOUS",
    Kind.UNDECIDED,
    "地名对应多个行政区",
    "the place name fits several areas",
    "请申请人从列出的地名中确认一个",
    "ask which of the listed places is meant",
)
PLACE_TOO_WIDE = Reason(
    "PLACE_TOO_WIDE",
    Kind.UNDECIDED,
    "地名范围过大",
    "the place is a whole province",
    "写明市、县（市、区）",
    "name the city or county",
)
PLACE_MISSING = Reason(
    "PLACE_MISSING",
    Kind.UNDECIDED,
    "未说明记录形成的地点",
    "the place of the record is not stated",
    "询问当时在哪个县（市、区）办理",
    "ask in which county the matter was handled",
)
TEMPLATE_INCOMPLETE = Reason(
    "TEMPLATE_INCOMPLETE",
    Kind.USAGE,
    "出证文本缺少必要内容",
    "a required part of the document's text is missing",
    "补全所列内容",
    "fill in the part that is named",
)
SERVICE_HOURS_MALFORMED = Reason(
    "SERVICE_HOURS_MALFORMED",
    Kind.USAGE,
    "服务时间写法不符",
    "the service hours are malformed",
    "写成 08:30-12:00 的时段，按先后排列；星期用 0-6（0 为周一）",
    "write periods such as 08:30-12:00 in order, weekdays as 0-6 with 0 for Monday",
)
APPOINTMENT_NEEDED = Reason(
    "APPOINTMENT_NEEDED",
    Kind.REFUSED,
    "该类档案尚未数字化，不能在手机上办理",
    "this category is not digitised and cannot be handled on a telephone",
    "预约到窗口办理",
    "make an appointment at a window",
)
FIELDS_MALFORMED = Reason(
    "FIELDS_MALFORMED",
    Kind.REFUSED,
    "所列字段的答复不完整，或超出了申请的范围",
    "the answer of listed fields is not whole, or says more than was asked for",
    "联系协办馆按申请所列字段重新答复",
    "ask the other archive to answer the fields of the request, and no others",
)
