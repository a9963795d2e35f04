"""Why the registry does not carry a checkpoint or a cosignature."""

from records.refusal import Kind, Reason

WITNESS_NOT_OWNER = Reason(
    "WITNESS_NOT_OWNER",
    Kind.REFUSED,
    "该存证日志不属于呼叫方",
    "the log is not the caller's",
    "只能提交本节点所托管档案馆的检查点",
    "hand in checkpoints of your own archives only",
)
WITNESS_NOT_CHOSEN = Reason(
    "WITNESS_NOT_CHOSEN",
    Kind.REFUSED,
    "呼叫方不是该存证日志的见证方",
    "the caller does not watch this log",
    "按当前信任列表重新取任务",
    "ask for the tasks again under the present trust list",
)
