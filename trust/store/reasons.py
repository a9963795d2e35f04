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
FIELD_KEY_MISSING = Reason(
    "FIELD_KEY_MISSING",
    Kind.UNAVAILABLE,
    "缺少打开已加密数据所需的字段密钥。",
    "The field key that opens the encrypted data is not there.",
    "从密钥备份中恢复 keys/field-*.key 与 keys/person-*.key；切勿新建。",
    "Restore keys/field-*.key and person-*.key from the backup of the keys; never make new ones.",
)
FIELD_KEY_MALFORMED = Reason(
    "FIELD_KEY_MALFORMED",
    Kind.USAGE,
    "字段密钥不完整，或不是本数据库的密钥。",
    "The field keys are not whole, or not those of this database.",
    "从密钥备份中恢复 keys/field-*.key 与 keys/person-*.key。",
    "Restore keys/field-*.key and keys/person-*.key from the backup of the keys.",
)
FIELD_SEAL_BROKEN = Reason(
    "FIELD_SEAL_BROKEN",
    Kind.REFUSED,
    "数据库中的加密字段已损坏、被改动或被移到别处，未予采用。",
    "An encrypted field of the database is damaged, altered or was moved; it was not used.",
    "运行 lantai-node fsck 查明范围，再从备份恢复。",
    "Run `lantai-node fsck` to see how far it goes, then restore from a backup.",
)
FIELD_KEY_IN_USE = Reason(
    "FIELD_KEY_IN_USE",
    Kind.CONFLICT,
    "该字段密钥仍在使用，不能销毁。",
    "Fields are still sealed under that key; it cannot be destroyed.",
    "先运行 lantai-node keys rotate，把全部字段改用新密钥加密。",
    "Run `lantai-node keys rotate` first: it re-seals every field under a new key.",
)
