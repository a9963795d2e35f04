"""Why the certificate service says no. Stable codes; the sentences never name a person."""

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
TSA_UNAVAILABLE = Reason(
    "TSA_UNAVAILABLE",
    Kind.UNAVAILABLE,
    "时间戳服务没有应答",
    "the time-stamp authority does not answer",
    "证明已按无时间戳级别签发",
    "the certificate is issued without a time-stamp",
)
# The document itself.
MISSING_GLYPH = _refused(
    "MISSING_GLYPH",
    "字体中没有所需的字",
    "no installed font has a glyph for a character",
    "请安装 fonts-hanazono 与 fonts-babelstone-han 后重试",
    "install fonts-hanazono and fonts-babelstone-han",
)
FONT_MISSING = Reason(
    "FONT_MISSING",
    Kind.UNAVAILABLE,
    "缺少随产品安装的字体",
    "a font that comes with the product is not installed",
    "请运行 python -m deploy.parts",
    "run python -m deploy.parts",
)
IMAGE_UNREADABLE = _usage(
    "IMAGE_UNREADABLE",
    "档案图像无法读取",
    "a page image cannot be read",
    "请提供 JPEG 或 PNG 图像",
    "send a JPEG or PNG image",
)
IMAGE_DIFFERENT = _refused(
    "IMAGE_DIFFERENT",
    "档案图像与指令中的摘要不符",
    "a page image is not the one named in the order",
    "请发送指令所列的图像",
    "send the images that the order names",
)
BODY_TOO_LARGE = Reason(
    "BODY_TOO_LARGE",
    Kind.EXHAUSTED,
    "图像总量超过上限",
    "the page images are too large together",
    "请分次出证",
    "issue in several certificates",
)
STREAM_BROKEN = _usage(
    "STREAM_BROKEN",
    "数据流不完整或次序错误",
    "the stream is incomplete or out of order",
    "请重新发送",
    "send it again",
)
TOKEN_TOO_LARGE = _refused(
    "TOKEN_TOO_LARGE",
    "二维码内容超过 300 字节",
    "the QR token would exceed 300 bytes",
    "请减少封入二维码的事实项",
    "seal fewer facts into the QR code",
)
QR_TOO_LARGE = _refused(
    "QR_TOO_LARGE",
    "二维码超过 13 版",
    "the QR symbol would exceed version 13",
    "请缩短核验域名或减少封入的事实项",
    "shorten the verify host or seal fewer facts",
)
# A file or QR text that somebody presents.
FILE_NOT_OURS = _refused(
    "FILE_NOT_OURS",
    "不是本系统出具的文件",
    "the file was not made by this system",
    "请向出具该文件的单位核实",
    "ask whoever issued it",
)
FILE_ALTERED = _refused(
    "FILE_ALTERED",
    "文件在签章之后被改动",
    "the file was changed after it was sealed",
    "请勿采信，并联系出证档案馆",
    "do not rely on it; call the archive",
)
SEAL_FORGED = _refused(
    "SEAL_FORGED",
    "签章的数字签名不成立",
    "the seal's signature does not hold",
    "请勿采信，并联系出证档案馆",
    "do not rely on it; call the archive",
)
SEAL_UNTRUSTED = _refused(
    "SEAL_UNTRUSTED",
    "印章不属于信任名单中的档案馆",
    "the seal is not one of an archive in the trust list",
    "请勿采信，并联系出证档案馆",
    "do not rely on it; call the archive",
)
PAGES_DIFFER = _refused(
    "PAGES_DIFFER",
    "文件内容与二维码不符",
    "file and QR token do not agree",
    "请勿采信，并联系出证档案馆",
    "do not rely on it; call the archive",
)
# Life of a certificate.
RELEASE_UNKNOWN = Reason(
    "RELEASE_UNKNOWN",
    Kind.NOT_FOUND,
    "没有该出证标识",
    "there is no such release id",
    "请先提交出证准备",
    "prepare the release first",
)
RELEASE_OUT_OF_ORDER = Reason(
    "RELEASE_OUT_OF_ORDER",
    Kind.CONFLICT,
    "出证步骤次序不符",
    "this step of the release is not due",
    "请按准备、出证、确认的次序办理",
    "prepare, issue, confirm, in that order",
)
FILE_DIFFERENT = _refused(
    "FILE_DIFFERENT",
    "文件摘要与已出证文件不符",
    "the file digest is not that of the issued file",
    "请重新取件后确认",
    "fetch the file again and confirm",
)
CERTIFICATE_UNKNOWN = Reason(
    "CERTIFICATE_UNKNOWN",
    Kind.NOT_FOUND,
    "没有该编号的证明",
    "there is no certificate with that number",
    "请核对编号",
    "check the number",
)
STATUS_FINAL = Reason(
    "STATUS_FINAL",
    Kind.CONFLICT,
    "证明已撤销或已换发，状态不再改变",
    "the certificate was already revoked or superseded; that is final",
    "请核对证明的现状态",
    "check the certificate's status",
)
# Codes and texts typed or scanned.
CODE_MALFORMED = _usage(
    "CODE_MALFORMED",
    "核验码须为 10 位且校验位相符",
    "a verification code has ten characters with a fitting check character",
    "请对照纸面重新输入",
    "type it again from the paper",
)
NUMBER_MALFORMED = _usage(
    "NUMBER_MALFORMED",
    "证明编号格式为 馆代码-年份-流水号",
    "a certificate number is archive code, year and serial with hyphens",
    "例：361100-2026-000123",
    "e.g. 361100-2026-000123",
)
TOKEN_MALFORMED = _refused(
    "TOKEN_MALFORMED",
    "不是本系统的二维码内容",
    "the text is not one of our QR tokens",
    "请重新扫描纸面上的二维码",
    "scan the code on the paper again",
)
TOKEN_FORGED = _refused(
    "TOKEN_FORGED",
    "二维码签名不成立",
    "the QR token's signature does not hold",
    "请勿采信，并联系出证档案馆",
    "do not rely on it; call the archive",
)
STATUS_LIST_BAD = _refused(
    "STATUS_LIST_BAD",
    "状态名单不成立",
    "the status list does not hold",
    "请重新获取状态名单",
    "fetch the status list again",
)
CONFIG_INVALID = _usage(
    "CONFIG_INVALID",
    "配置文件有误",
    "the configuration is wrong",
    "请按提示更正 certificate.toml",
    "correct certificate.toml",
)
SAMPLE_DOMAIN = _usage(
    "SAMPLE_DOMAIN",
    "正式模式下不得使用演示信任域",
    "the sample trust domain is refused in production mode",
    "请改用正式信任域",
    "use a production trust domain",
)
TRUST_UNAVAILABLE = Reason(
    "TRUST_UNAVAILABLE",
    Kind.UNAVAILABLE,
    "没有可用的信任名单",
    "there is no usable trust list",
    "请指定 --trust-list 与委员会公钥",
    "give --trust-list and the council keys",
)
FILE_UNAVAILABLE = Reason(
    "FILE_UNAVAILABLE",
    Kind.UNAVAILABLE,
    "无法读取文件",
    "the file cannot be read",
    "请核对路径",
    "check the path",
)
