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
