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
