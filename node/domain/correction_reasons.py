"""Why a correction of the index is refused: one constant per reason.

Append only; codes are stable and never reused.
"""

from records.refusal import Kind, Reason

CORRECTION_MALFORMED = Reason(
    "CORRECTION_MALFORMED",
    Kind.USAGE,
    "修正内容有误",
    "the correction is malformed",
    "请按所列字段改正：修正值须与现值不同，并指明影像页和位置、写明理由",
    "correct the named field: the new value differs, page, region and reason are given",
)
CORRECTION_IMAGE = Reason(
    "CORRECTION_IMAGE",
    Kind.REFUSED,
    "该影像不是这件档案的",
    "that image is not of this record",
    "请选用本件的影像；没有影像的，请先数字化再修正",
    "choose an image of the record; digitise it first where there is none",
)
CORRECTION_STALE = Reason(
    "CORRECTION_STALE",
    Kind.CONFLICT,
    "著录项在提出修正后已变更",
    "the entry has changed since the correction was proposed",
    "请退回，由经办员按现值重新提出",
    "return it, and let it be proposed again against what stands there now",
)
CORRECTION_DECIDED = Reason(
    "CORRECTION_DECIDED",
    Kind.CONFLICT,
    "该修正已办结",
    "the correction was decided already",
    "请刷新页面查看结果",
    "look at the result; propose another one where it is still wrong",
)
CORRECTION_OPEN = Reason(
    "CORRECTION_OPEN",
    Kind.CONFLICT,
    "该字段已有待审核的修正",
    "a correction of this field waits for its decision",
    "请先办结已提出的修正",
    "decide the one that was proposed first",
)
CORRECTION_UNKNOWN = Reason(
    "CORRECTION_UNKNOWN",
    Kind.NOT_FOUND,
    "没有这件修正",
    "there is no such correction",
    "请核对修正单号",
    "check its number",
)
CORRECTION_NOTE_MISSING = Reason(
    "CORRECTION_NOTE_MISSING",
    Kind.USAGE,
    "退回须写明理由",
    "returning needs a reason",
    "请写明退回理由（4 至 200 字）",
    "say why, in 4 to 200 characters",
)
CERTIFICATE_STANDS = Reason(
    "CERTIFICATE_STANDS",
    Kind.CONFLICT,
    "该证明不需要因此更正，或已在更正中",
    "this certificate need not be replaced, or is being replaced already",
    "请核对证明编号和办理进度",
    "check the number and how far it is",
)
WITHDRAWAL_UNDER_WAY = Reason(
    "WITHDRAWAL_UNDER_WAY",
    Kind.CONFLICT,
    "该证明已撤销，或本案另有撤销指令等待用印人签署",
    "the certificate has ended, or another order about this case waits for its second signature",
    "请在撤销页核对证明状态，等前一份指令办结后再办",
    "look at the certificate's standing, and wait until the order before is settled",
)
INDEX_BUSY = Reason(
    "INDEX_BUSY",
    Kind.UNAVAILABLE,
    "目录索引正在重建，暂不能修正",
    "the index is being rebuilt and cannot be corrected now",
    "请等重建完成后再审核通过",
    "approve it once the rebuild has finished",
)
