"""Why a sealed message or a batch file is refused."""

from records.refusal import Kind, Reason

_KEEP = (
    "保存原件并报告系统管理员，不要重试。",
    "Keep the original, tell the administrator, do not retry.",
)

SEAL_INVALID = Reason(
    "SEAL_INVALID",
    Kind.REFUSED,
    "密封报文无法打开：内容、收件人或编号被改动。",
    "The sealed message does not open: bytes, parties or id were changed.",
    *_KEEP,
)
SEAL_KEY_UNKNOWN = Reason(
    "SEAL_KEY_UNKNOWN",
    Kind.REFUSED,
    "密封报文所用的密钥本节点没有或已过期。",
    "The message is sealed for a key that this node does not have, or has no more.",
    "请对方更新目录后重新密封。",
    "Let the sender fetch the directory and seal it again.",
)
SEAL_TOO_LARGE = Reason(
    "SEAL_TOO_LARGE",
    Kind.EXHAUSTED,
    "密封报文超过 1 MiB。",
    "A sealed message has at most 1 MiB.",
    "拆分内容后再发。",
    "Split it.",
)
ITEM_MISADDRESSED = Reason(
    "ITEM_MISADDRESSED",
    Kind.REFUSED,
    "报文内外的发件人、收件人或编号不一致。",
    "Sender, recipient or id inside the message are not those outside.",
    *_KEEP,
)
ITEM_MALFORMED = Reason(
    "ITEM_MALFORMED",
    Kind.USAGE,
    "报文缺少该种类所需的内容。",
    "The item lacks what its kind needs.",
    "请对方升级程序后重发。",
    "Let the sender upgrade and send it again.",
)
BATCH_MALFORMED = Reason(
    "BATCH_MALFORMED",
    Kind.USAGE,
    "摆渡文件的格式不正确或内容被改动。",
    "The batch file is not in its one correct form.",
    "请重新导出并携带。",
    "Export it again and carry the new file.",
)
BATCH_MISADDRESSED = Reason(
    "BATCH_MISADDRESSED",
    Kind.REFUSED,
    "摆渡文件不是写给本节点的。",
    "The batch file is meant for somebody else.",
    "请在文件名所示的节点上导入。",
    "Import it at the participant that the file's name shows.",
)
BATCH_ALREADY_READ = Reason(
    "BATCH_ALREADY_READ",
    Kind.CONFLICT,
    "这批文件已全部导入过，未作任何改动。",
    "Everything in this batch was imported before; nothing was changed.",
    "无需处理；如需补发请在对方重新导出。",
    "Nothing to do; to repeat a carriage, export again at the other side.",
)
