"""Why the log, a note or a proof is refused."""

from records.refusal import Kind, Reason

_KEEP_EVIDENCE = (
    "保存原件并报告系统管理员，不要重试。",
    "Keep the original, tell the administrator, do not retry.",
)

LOG_PROOF_INVALID = Reason(
    "LOG_PROOF_INVALID",
    Kind.REFUSED,
    "存证证明不成立。",
    "The proof does not show that the entry is in the log.",
    *_KEEP_EVIDENCE,
)
LOG_NOTE_MALFORMED = Reason(
    "LOG_NOTE_MALFORMED",
    Kind.USAGE,
    "存证检查点的格式不正确。",
    "The note, checkpoint or proof is not in its one correct form.",
    "重新取证明文件。",
    "Fetch the proof again.",
)
LOG_LEAF_MALFORMED = Reason(
    "LOG_LEAF_MALFORMED",
    Kind.USAGE,
    "存证记录的格式不正确。",
    "The log leaf is not in its one correct form.",
    *_KEEP_EVIDENCE,
)
LOG_INDEX_TAKEN = Reason(
    "LOG_INDEX_TAKEN",
    Kind.CONFLICT,
    "预留的存证位置已被另一条记录占用。",
    "Another leaf took the reserved index.",
    "用新的位置重新准备。",
    "Prepare again with the new index.",
)
LOG_ENTRY_MISSING = Reason(
    "LOG_ENTRY_MISSING",
    Kind.NOT_FOUND,
    "存证日志中没有这个位置。",
    "The log has no such entry.",
    "核对日志名称与位置。",
    "Check the log's name and the index.",
)
LOG_DAMAGED = Reason(
    "LOG_DAMAGED",
    Kind.REFUSED,
    "存证日志与自身不符。",
    "The log contradicts itself.",
    "停止写入，保存数据库副本，与见证方核对。",
    "Stop writing, keep a copy of the database, compare with the witnesses.",
)
LOG_FORKED = Reason(
    "LOG_FORKED",
    Kind.REFUSED,
    "存证日志与已签署的检查点不一致。",
    "The log is not consistent with a checkpoint that was signed before.",
    "进入只读状态，按恢复手册处理。",
    "Go read-only and follow the recovery manual.",
)
LOG_STEP_STALE = Reason(
    "LOG_STEP_STALE",
    Kind.CONFLICT,
    "检查点所接续的长度不是见证方已知的长度。",
    "The checkpoint continues another size than the one that is known.",
    "以见证方已知的长度重新证明。",
    "Prove it from the size that is known.",
)
LOG_ROLLED_BACK = Reason(
    "LOG_ROLLED_BACK",
    Kind.REFUSED,
    "本馆存证日志比见证方见过的短：数据库可能被恢复为旧备份。",
    "This log is shorter than what its witnesses have seen: an old backup may have been restored.",
    "停止出证，保存数据库副本，按恢复手册与见证方核对。",
    "Stop issuing, keep a copy of the database, follow the recovery manual with the witnesses.",
)
EVIDENCE_MALFORMED = Reason(
    "EVIDENCE_MALFORMED",
    Kind.REFUSED,
    "证据包的格式不正确或内容被改动。",
    "The evidence pack is not in its one correct form.",
    "重新取得原始证据包，勿解压后再压缩。",
    "Fetch the original pack again; do not unpack and zip it anew.",
)
EVIDENCE_INCOMPLETE = Reason(
    "EVIDENCE_INCOMPLETE",
    Kind.REFUSED,
    "证据包缺少证明所需的部分。",
    "The evidence pack lacks a part that the proof needs.",
    "由出具方重新导出证据包。",
    "Let the archive that made it export the pack again.",
)
TIME_STAMP_INVALID = Reason(
    "TIME_STAMP_INVALID",
    Kind.REFUSED,
    "时间戳不能证明所称的时间，或不是受信任的时间戳机构签发。",
    "The time-stamp does not prove what it says, or is not of a trusted authority.",
    "核对时间戳机构的地址和根证书。",
    "Check the address of the time-stamp authority and its root certificate.",
)
LOG_AWAITS_WITNESSES = Reason(
    "LOG_AWAITS_WITNESSES",
    Kind.UNAVAILABLE,
    "等待他馆见证存证日志",
    "other archives have not cosigned the log yet",
    "无需操作：半分钟内自动继续",
    "nothing to do: it goes on within half a minute",
)
