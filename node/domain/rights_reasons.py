"""Why a step about clocks, call-backs, misuse, complaints or a citizen's rights was refused."""

from records.refusal import Kind, Reason

ACCESS_LOG_QUOTA = Reason(
    "ACCESS_LOG_QUOTA",
    Kind.EXHAUSTED,
    "今日查阅记录查询次数已用完",
    "today's questions about one's own access log are used up",
    "请明日再查",
    "ask again tomorrow",
)
INQUIRY_NOT_FOUND = Reason(
    "INQUIRY_NOT_FOUND",
    Kind.NOT_FOUND,
    "该案没有暂不告知的查询",
    "the case holds no inquiry that is withheld",
    "请核对案号",
    "check the case number",
)
NOTIFIER_FAILED = Reason(
    "NOTIFIER_FAILED",
    Kind.UNAVAILABLE,
    "通知未能送出",
    "the notice could not be sent",
    "请核对 service.toml 的 [notify]；系统会自动重试一小时",
    "check [notify] in service.toml; it is tried again for an hour",
)
EXTENSION_NOT_OPEN = Reason(
    "EXTENSION_NOT_OPEN",
    Kind.CONFLICT,
    "该案不在人工查找期内，或已延期一次",
    "the case is in no shelf search that may still be extended",
    "人工查找只能在到期前延期一次",
    "a shelf search may be extended once, before it is due",
)
CALL_BACK_OPEN = Reason(
    "CALL_BACK_OPEN",
    Kind.CONFLICT,
    "该案被抽中回访核实，尚无结果",
    "the case was drawn for a call-back and waits for its result",
    "先向受理馆核实并登记结果；对方否认的由主管领导决定",
    "call the window archive back and record the result; a denial is for the leader to decide",
)
CALL_BACK_NONE = Reason(
    "CALL_BACK_NONE",
    Kind.CONFLICT,
    "该案没有待登记的回访核实",
    "the case has no call-back to record",
    "刷新后按当前状态办理",
    "reload and act on its present state",
)
CALL_BACK_UNSEALED = Reason(
    "CALL_BACK_UNSEALED",
    Kind.REFUSED,
    "受理馆尚未补交密封的申请材料",
    "the window has not sent the sealed application yet",
    "先退回补正，请对方补交“密封申请材料”后再登记",
    "ask the window for the sealed application first",
)
COMPLAINT_UNKNOWN = Reason(
    "COMPLAINT_UNKNOWN",
    Kind.NOT_FOUND,
    "没有这件申诉",
    "there is no such complaint",
    "请核对申诉编号",
    "check the number",
)
COMPLAINT_STATE = Reason(
    "COMPLAINT_STATE",
    Kind.CONFLICT,
    "申诉当前状态不允许这一步",
    "the complaint may not make this move from its present state",
    "刷新后按当前状态办理",
    "reload it and act on its present state",
)
COMPLAINT_OWN_DECISION = Reason(
    "COMPLAINT_OWN_DECISION",
    Kind.REFUSED,
    "办理过该案的人员不得复核对它的申诉",
    "whoever acted in the case may not review the complaint about it",
    "交由未办理过该案的人员复核",
    "give it to somebody who did not act in the case",
)
ALERT_UNKNOWN = Reason(
    "ALERT_UNKNOWN",
    Kind.NOT_FOUND,
    "没有这条预警，或已经处理",
    "there is no such alert, or it was dealt with",
    "刷新预警清单",
    "reload the list of alerts",
)
GUARDIAN_ONLY = Reason(
    "GUARDIAN_ONLY",
    Kind.REFUSED,
    "涉及未成年人的证明只能交给申请人（监护人或本人）",
    "what concerns a child is handed to the applicant alone",
    "请申请人本人来领取",
    "let the applicant come in person",
)
