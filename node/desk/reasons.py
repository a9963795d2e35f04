"""Why a desk page refuses something that no use case was asked about."""

from records.refusal import Kind, Reason

PAPER_NOT_READABLE = Reason(
    code="PAPER_NOT_READABLE",
    kind=Kind.USAGE,
    zh="材料须为 JPG、PNG 或 PDF",
    en="Papers must be JPG, PNG or PDF",
    remedy_zh="重新拍照或扫描后上传",
    remedy_en="Photograph or scan it again",
)
DRAFT_NOT_FOUND = Reason(
    code="DRAFT_NOT_FOUND",
    kind=Kind.NOT_FOUND,
    zh="没有这份草稿，或已经提交",
    en="There is no such draft, or it was sent already",
    remedy_zh="在受理台查看，或新建申请",
    remedy_en="Look at the intake list, or start a new request",
)
IMAGE_ABSENT = Reason(
    code="IMAGE_ABSENT",
    kind=Kind.NOT_FOUND,
    zh="这一页没有图像",
    en="There is no image of this page",
    remedy_zh="回到协办工作台，必要时调原件",
    remedy_en="Go back to the workbench; fetch the paper file if needed",
)
