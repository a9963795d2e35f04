"""Why an order is not obeyed: officers, request, agreement, log, keys. Never names a person."""

from records.refusal import Kind, Reason


def _refused(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Reason:
    return Reason(code, Kind.REFUSED, zh, en, remedy_zh, remedy_en)


def _usage(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Reason:
    return Reason(code, Kind.USAGE, zh, en, remedy_zh, remedy_en)


# Who may order a seal (architecture.md 2).
ORDER_OFFICER_UNKNOWN = _refused(
    "ORDER_OFFICER_UNKNOWN",
    "指令所列人员没有本馆的有效任命",
    "an officer named in the order has no appointment by this archive",
    "请由档案馆授权密钥签发任命后重新出具指令",
    "have the archive's authority key appoint the officer, then order again",
)
ORDER_OFFICER_ARCHIVE = _refused(
    "ORDER_OFFICER_ARCHIVE",
    "签署人员不属于出证档案馆",
    "an officer belongs to another archive than the one whose seal is asked for",
    "请由出证档案馆自己的人员签署",
    "let officers of the holding archive sign",
)
ORDER_POST = _refused(
    "ORDER_POST",
    "签署人员未担任所需岗位",
    "an officer does not hold the post that this order needs",
    "出证须由签发岗与用印岗分别签署",
    "the release_dispatcher and the seal_keeper have to sign",
)
ORDER_APPOINTMENT_ENDED = _refused(
    "ORDER_APPOINTMENT_ENDED",
    "签署人员的任命不在有效期内或已撤销",
    "an officer's appointment is not in force or was revoked",
    "请核对任命期限",
    "check the term of the appointment",
)
ORDER_PLEDGE = _refused(
    "ORDER_PLEDGE",
    "签署人员的保密承诺书不在有效期内",
    "an officer's confidentiality pledge is not in force",
    "请补签保密承诺书并更新任命",
    "renew the pledge and the appointment",
)
ORDER_ONE_PERSON = _refused(
    "ORDER_ONE_PERSON",
    "签发与用印须由两个不同的人完成",
    "one person signed in both posts",
    "请由另一人用印",
    "let another person keep the seal",
)
ORDER_SIGNATURES = _refused(
    "ORDER_SIGNATURES",
    "指令缺少两名人员的签名",
    "the order does not carry the signatures of both officers",
    "请由签发岗与用印岗分别签署同一份指令",
    "both officers have to sign the same order",
)
ORDER_FOREIGN_NODE = _refused(
    "ORDER_FOREIGN_NODE",
    "来件节点不是该档案馆所在节点",
    "the calling node does not host the archive whose seal is asked for",
    "请由该档案馆所在节点提交",
    "call from the node that hosts the archive",
)
ORDER_STALE = _refused(
    "ORDER_STALE",
    "指令的时间与当前时间不符",
    "the order is too old or from the future",
    "请重新签署指令",
    "sign the order again",
)
ORDER_MALFORMED = _usage(
    "ORDER_MALFORMED",
    "指令内容不完整或自相矛盾",
    "the order is incomplete or contradicts itself",
    "请按提示的字段更正后重新签署",
    "correct the named field and sign again",
)
ORDER_DIFFERENT = Reason(
    "ORDER_DIFFERENT",
    Kind.CONFLICT,
    "该出证编号已有另一份指令",
    "another order was already prepared under this release id",
    "请使用新的出证标识",
    "use a new release id",
)
NUMBER_TAKEN = Reason(
    "NUMBER_TAKEN",
    Kind.CONFLICT,
    "证明编号已被使用",
    "the certificate number is already in use",
    "请取下一个流水号",
    "take the next serial",
)
TEMPLATE_UNKNOWN = _usage(
    "TEMPLATE_UNKNOWN",
    "不支持该证明种类",
    "this kind of document is not offered",
    "可用种类：T1 至 T6",
    "use T1 to T6",
)
# The request and the agreement behind an order.
REQUEST_MISSING = _usage(
    "REQUEST_MISSING",
    "指令引用的协查函未随附",
    "the assist request named in the order was not handed over",
    "请随附窗口馆签署的协查函",
    "hand over the request as the window signed it",
)
REQUEST_MISMATCH = _refused(
    "REQUEST_MISMATCH",
    "协查函与指令不符",
    "the assist request is not the one that the order answers",
    "请核对受理号与双方档案馆",
    "check case number and both archives",
)
AGREEMENT_MISSING = _usage(
    "AGREEMENT_MISSING",
    "指令引用的合作协议未随附",
    "the agreement named in the order was not handed over",
    "请随附双方签署的协议",
    "hand over the agreement signed by both parties",
)
AGREEMENT_PARTIES = _refused(
    "AGREEMENT_PARTIES",
    "协议未由双方签署或双方不符",
    "the agreement is not signed by both parties, or names others",
    "请使用双方签署的现行协议",
    "use the agreement that both parties signed",
)
AGREEMENT_NOT_IN_FORCE = _refused(
    "AGREEMENT_NOT_IN_FORCE",
    "协议不在有效期内",
    "the agreement is not in force",
    "请先续签协议",
    "renew the agreement",
)
# Log proofs.
LOG_KEY = _refused(
    "LOG_KEY",
    "存证密钥未由该节点声明",
    "the log key is not stated by the holder's node",
    "请随附节点签署的存证密钥声明",
    "hand over the log key statement signed by the node",
)
LOG_PROOF = _refused(
    "LOG_PROOF",
    "存证证明不成立",
    "the log proof does not hold",
    "请由持有馆重新生成存证证明",
    "make the proof again from the holder's log",
)
LOG_LEAF = _refused(
    "LOG_LEAF",
    "存证记录与本次出证不符",
    "the proven leaf is not about this release",
    "请提供本次出证的存证记录",
    "prove the leaf of this release",
)
# Keys of the issuing side.
ARCHIVE_NOT_SERVED = Reason(
    "ARCHIVE_NOT_SERVED",
    Kind.NOT_FOUND,
    "本服务没有该档案馆的印章",
    "this service does not keep the seal of that archive",
    "请联系出证服务管理员配置印章",
    "ask the operator to set the archive up",
)
SEAL_EXPIRED = _refused(
    "SEAL_EXPIRED",
    "印章证书不在有效期内",
    "the seal certificate is not in force",
    "请更新印章证书后再出证",
    "renew the seal certificate",
)
SEAL_KEY_UNSTATED = _refused(
    "SEAL_KEY_UNSTATED",
    "印章或二维码密钥未经档案馆授权",
    "the seal or QR key is not stated by the archive's authority key",
    "请由档案馆授权密钥声明该密钥",
    "have the authority key state the key",
)
SEAL_REFUSED = _refused(
    "SEAL_REFUSED",
    "印章进程拒绝用印",
    "the seal signer refused to sign",
    "请核对指令与任命",
    "check order and appointments",
)
SEAL_UNAVAILABLE = Reason(
    "SEAL_UNAVAILABLE",
    Kind.UNAVAILABLE,
    "印章进程没有应答",
    "the seal signer does not answer",
    "请稍后重试",
    "try again later",
)
SEAL_IMAGE_UNFIT = _refused(
    "SEAL_IMAGE_UNFIT",
    "印模图片不合要求",
    "the seal image is not fit for use",
    "请按说明重新制作：方形 PNG、600 至 3000 像素、圆形印章带闭合外圈，且与审批的一致",
    "prepare it again: square PNG, 600-3000 pixels, round with a closed ring, the approved one",
)
SEAL_IMAGE_UNSTATED = _refused(
    "SEAL_IMAGE_UNSTATED",
    "印模未经档案馆授权密钥声明",
    "the seal image is not stated by the archive's authority key",
    "请由档案馆授权密钥签署印模声明，图片与声明一并放入",
    "have the authority key state the image, and put both files in place",
)
TSA_UNAVAILABLE = Reason(
    "TSA_UNAVAILABLE",
    Kind.UNAVAILABLE,
    "时间戳服务没有应答",
    "the time-stamp authority does not answer",
    "证明已按无时间戳级别签发",
    "the certificate is issued without a time-stamp",
)
