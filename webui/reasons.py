"""Why a page refuses, whatever the page is about."""

from records.refusal import Kind, Reason

PAGE_NOT_FOUND = Reason(
    code="PAGE_NOT_FOUND",
    kind=Kind.NOT_FOUND,
    zh="没有这个页面",
    en="There is no such page",
    remedy_zh="请从页面上方的菜单进入",
    remedy_en="Use the menu at the top of the page",
)
SIGN_IN_REQUIRED = Reason(
    code="SIGN_IN_REQUIRED",
    kind=Kind.UNAUTHENTICATED,
    zh="尚未登录，或登录已过期",
    en="You are not signed in, or your session has ended",
    remedy_zh="请登录；已填写的内容会保留，登录后可继续提交",
    remedy_en="Sign in; what you typed is kept and can be sent afterwards",
)
FORM_EXPIRED = Reason(
    code="FORM_EXPIRED",
    kind=Kind.CONFLICT,
    zh="这张表单不是由本次登录打开的，没有提交",
    en="This form was not opened by your present session and was not sent",
    remedy_zh="请核对下面的内容后再提交一次",
    remedy_en="Check what is below and send it again",
)
FORM_FROM_ELSEWHERE = Reason(
    code="FORM_FROM_ELSEWHERE",
    kind=Kind.REFUSED,
    zh="提交来自别的网站，已拒绝",
    en="This was sent from another site and is refused",
    remedy_zh="请在本系统页面上操作",
    remedy_en="Use the pages of this system",
)
FORM_TOO_LARGE = Reason(
    code="FORM_TOO_LARGE",
    kind=Kind.EXHAUSTED,
    zh="提交的内容过大",
    en="What was sent is too large",
    remedy_zh="单个文件不超过 10 MB，一次不超过 12 MB",
    remedy_en="At most 10 MB a file and 12 MB in all",
)
FORM_MALFORMED = Reason(
    code="FORM_MALFORMED",
    kind=Kind.USAGE,
    zh="提交的内容无法读取",
    en="What was sent cannot be read",
    remedy_zh="请返回原页面重新提交",
    remedy_en="Go back to the page and send it again",
)
PART_MISSING = Reason(
    code="PART_MISSING",
    kind=Kind.UNAVAILABLE,
    zh="缺少页面部件",
    en="A part of the pages is missing",
    remedy_zh="运行 python -m deploy.parts 取得部件",
    remedy_en="Run python -m deploy.parts",
)
