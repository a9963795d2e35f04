"""Why the store refuses or cannot answer."""

from records.refusal import Kind, Reason

_RETRY_LATER = ("稍后原样重试。", "Send the same again a little later.")

STORE_UNSUPPORTED = Reason(
    "STORE_UNSUPPORTED",
    Kind.USAGE,
    "数据库地址不受支持。",
    "The database address is not supported.",
    "使用 sqlite:///文件 或 postgresql://…。",
    "Use sqlite:///FILE or postgresql://….",
)
STORE_BUSY = Reason(
    "STORE_BUSY",
    Kind.UNAVAILABLE,
    "数据库忙或不可用。",
    "The database is busy or does not answer.",
    *_RETRY_LATER,
)
STORE_FULL = Reason(
    "STORE_FULL",
    Kind.EXHAUSTED,
    "磁盘已满，未写入任何内容。",
    "The disk is full; nothing was written.",
    "释放空间后重试。",
    "Free some space and try again.",
)
STORE_VERSION = Reason(
    "STORE_VERSION",
    Kind.USAGE,
    "数据库结构的版本与程序不符。",
    "The database has another schema version than this program.",
    "用对应版本的程序，或先执行升级。",
    "Use the program of that version or migrate first.",
)
