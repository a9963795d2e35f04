"""Why the channel says no: the gate's reasons, and what a caller is told about a partner."""

from records.refusal import Kind, Reason

# --- the gate ------------------------------------------------------------------------------

TLS_REQUIRED = Reason(
    "TLS_REQUIRED",
    Kind.UNAUTHENTICATED,
    "连接未使用要求的加密方式",
    "the connection is not TLS 1.3 with mutual authentication",
    "请使用 TLS 1.3 双向认证连接",
    "connect with TLS 1.3 and a client certificate",
)
MEMBER_DENIED = Reason(
    "MEMBER_DENIED",
    Kind.REFUSED,
    "该成员已退出或被停用",
    "this member has left or was suspended",
    "请联系登记中心核实成员状态",
    "ask the registry about the membership",
)
KEY_STATEMENT_MISSING = Reason(
    "KEY_STATEMENT_MISSING",
    Kind.UNAUTHENTICATED,
    "调用未附带传输密钥声明",
    "the call carries no statement of the caller's TLS key",
    "请升级对方节点程序，或重新签署密钥声明",
    "upgrade the calling node or sign its key statement again",
)
METHOD_UNKNOWN = Reason(
    "METHOD_UNKNOWN",
    Kind.NOT_FOUND,
    "没有这项服务",
    "there is no such method here",
    "请核对双方程序版本",
    "compare the versions of both programs",
)
METHOD_DENIED = Reason(
    "METHOD_DENIED",
    Kind.REFUSED,
    "该类成员无权调用这项服务",
    "this kind of participant may not call this method",
    "请核对调用方身份",
    "check which participant is calling",
)
DEADLINE_MISSING = Reason(
    "DEADLINE_MISSING",
    Kind.USAGE,
    "调用没有时限",
    "the call has no deadline",
    "请为每次调用设定时限",
    "set a deadline on every call",
)
DEADLINE_TOO_SHORT = Reason(
    "DEADLINE_TOO_SHORT",
    Kind.UNAVAILABLE,
    "剩余时间不足，未开始处理",
    "too little time is left, so nothing was begun",
    "请延长时限后重试",
    "try again with a longer deadline",
)
CLOCK_SKEW = Reason(
    "CLOCK_SKEW",
    Kind.REFUSED,
    "双方时钟相差超过 60 秒",
    "the two clocks differ by more than 60 seconds",
    "请校准本机时钟",
    "set this machine's clock",
)
QUOTA_EXCEEDED = Reason(
    "QUOTA_EXCEEDED",
    Kind.EXHAUSTED,
    "调用过于频繁",
    "too many calls in a short time",
    "请稍候再试",
    "wait and try again",
)
MESSAGE_MALFORMED = Reason(
    "MESSAGE_MALFORMED",
    Kind.USAGE,
    "报文无法解读",
    "the message cannot be read",
    "请核对双方程序版本",
    "compare the versions of both programs",
)
INTERNAL_FAULT = Reason(
    "INTERNAL_FAULT",
    Kind.UNAVAILABLE,
    "系统内部错误，已记录",
    "something went wrong inside; the incident was recorded",
    "请稍后重试，仍有问题时报告事件编号",
    "try again later and report the incident number if it happens again",
)

# --- the caller's side ---------------------------------------------------------------------

PARTNER_UNAVAILABLE = Reason(
    "PARTNER_UNAVAILABLE",
    Kind.UNAVAILABLE,
    "对方节点没有应答",
    "the partner does not answer",
    "系统会自动重试；持续无应答时请电话联系对方",
    "it will be tried again; telephone the partner if it stays silent",
)
PARTNER_TIMEOUT = Reason(
    "PARTNER_TIMEOUT",
    Kind.UNAVAILABLE,
    "对方节点未在时限内应答",
    "the partner did not answer in time",
    "系统会自动重试",
    "it will be tried again",
)
PARTNER_UNPROVEN = Reason(
    "PARTNER_UNPROVEN",
    # Nothing was sent. A partner that renews its key proves itself again within a minute.
    Kind.UNAVAILABLE,
    "对方服务器未能证明自己的身份",
    "the server that answered did not prove to be the partner",
    "请停止发送，并向登记中心核实对方的地址和密钥",
    "stop, and ask the registry about the partner's address and key",
)
OWN_STATEMENT_BEHIND = Reason(
    "OWN_STATEMENT_BEHIND",
    Kind.UNAVAILABLE,
    "本机的传输密钥声明与所用证书不符",
    "this machine's key statement is not about the certificate that it shows",
    "系统会自动重试；持续出现时请重新签署密钥声明",
    "it will be tried again; sign the key statement anew if it goes on",
)
PARTNER_REFUSED = Reason(
    "PARTNER_REFUSED",
    Kind.REFUSED,
    "对方拒绝了本次调用",
    "the partner refused the call",
    "请按对方给出的代码处理",
    "act on the code that the partner gave",
)
PARTNER_BUSY = Reason(
    "PARTNER_BUSY",
    Kind.EXHAUSTED,
    "对方节点正忙，未受理本次调用",
    "the partner is busy and did not take the call",
    "系统会自动重试",
    "it will be tried again",
)
MESSAGE_TOO_LARGE = Reason(
    "MESSAGE_TOO_LARGE",
    Kind.USAGE,
    "报文超过大小上限",
    "the message is larger than the limit",
    "请分段传送或缩小附件",
    "send it in pieces or make it smaller",
)
ADDRESS_UNAVAILABLE = Reason(
    "ADDRESS_UNAVAILABLE",
    Kind.UNAVAILABLE,
    "不能在该地址上监听",
    "this address cannot be listened on",
    "请检查地址是否正确、端口是否被占用",
    "check the address, and whether another program holds the port",
)

# --- what the call carries -----------------------------------------------------------------

ACT_TOKEN_MISSING = Reason(
    "ACT_TOKEN_MISSING",
    Kind.UNAUTHENTICATED,
    "调用未附带经办凭据",
    "the call carries no act token, or more than one",
    "由经办人登录后重新发起",
    "let a signed-in officer start the act again",
)
STATEMENT_MISADDRESSED = Reason(
    "STATEMENT_MISADDRESSED",
    Kind.REFUSED,
    "文书的发送方或接收方与本次调用不符",
    "the statement's sender or recipient is not of this call",
    "请核对收件档案馆后重新签署",
    "check the addressee and sign again",
)
STATEMENT_EXPIRED = Reason(
    "STATEMENT_EXPIRED",
    Kind.REFUSED,
    "文书不在有效时间内",
    "the statement is not valid at this time",
    "请核对双方时钟后重新签署",
    "compare both clocks and sign again",
)
TOO_MANY_PARTS = Reason(
    "TOO_MANY_PARTS",
    Kind.USAGE,
    "一次请求的目录项数量不在1至1000之间",
    "ask for 1 to 1000 parts or lists at a time, each by its 32 bytes",
    "分批请求",
    "ask in batches",
)
