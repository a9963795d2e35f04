"""Why the relay does not take a message."""

from records.refusal import Kind, Reason

RELAY_OTHER_MESSAGE = Reason(
    "RELAY_OTHER_MESSAGE",
    Kind.CONFLICT,
    "同一编号的报文内容不同",
    "another message was left under this id",
    "请使用新的编号",
    "use a new id",
)
RELAY_FULL = Reason(
    "RELAY_FULL",
    Kind.EXHAUSTED,
    "该收件人待取报文过多，暂不接收",
    "too many messages wait for this recipient",
    "请联系收件方尽快取件；发件方会自动重试",
    "ask the recipient to fetch; the sender tries again by itself",
)
RELAY_SENDER = Reason(
    "RELAY_SENDER",
    Kind.REFUSED,
    "报文的发件人不是呼叫方本身",
    "the message names another sender than the caller",
    "只能发送本节点的报文",
    "send your own messages only",
)
RELAY_REQUEST = Reason(
    "RELAY_REQUEST",
    Kind.USAGE,
    "取件请求不符合接口要求",
    "the request does not keep to the bounds of relay.proto",
    "按接口说明改正",
    "keep to the bounds of relay.proto",
)
