"""Why an intake batch is refused. Append only; codes are never reused."""

from records.refusal import Kind, Reason

BATCH_NOT_FOUND = Reason(
    code="BATCH_NOT_FOUND",
    kind=Kind.NOT_FOUND,
    zh="本馆没有这个批次",
    en="This archive has no such batch",
    remedy_zh="在索引汇交页选择",
    remedy_en="Choose one on the intake page",
)
BATCH_DECIDED = Reason(
    code="BATCH_DECIDED",
    kind=Kind.CONFLICT,
    zh="这个批次已经处理过",
    en="The batch has been decided already",
    remedy_zh="请刷新页面看结果",
    remedy_en="Reload the page to see what was decided",
)
BATCH_SENT_BEFORE = Reason(
    code="BATCH_SENT_BEFORE",
    kind=Kind.CONFLICT,
    zh="同一个文件已经汇交过",
    en="The same file was sent in before",
    remedy_zh="请在批次列表里查看它的结果",
    remedy_en="Look for it in the list of batches",
)
BATCH_EMPTY = Reason(
    code="BATCH_EMPTY",
    kind=Kind.USAGE,
    zh="文件里没有条目",
    en="There are no rows in the file",
    remedy_zh="请核对文件后再汇交",
    remedy_en="Check the file and send it again",
)
BATCH_NOTE = Reason(
    code="BATCH_NOTE",
    kind=Kind.USAGE,
    zh="退回要写明原因，4至200字",
    en="Say why the batch goes back, 4-200 characters",
    remedy_zh="补写原因后再退回",
    remedy_en="Write the reason and send it back again",
)
