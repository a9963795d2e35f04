"""Why the certificate service says no. Stable codes; the sentences never name a person."""

from records.refusal import Kind, Reason


def _refused(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Reason:
    return Reason(code, Kind.REFUSED, zh, en, remedy_zh, remedy_en)


def _usage(code: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Reason:
    return Reason(code, Kind.USAGE, zh, en, remedy_zh, remedy_en)


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
ALGORITHM_BROKEN = _refused(
    "ALGORITHM_BROKEN",
    "签名算法已被攻破，且没有攻破之前的存在证明",
    "the signature's algorithm is broken and nothing proves that it existed before",
    "请查找续期的时间戳或存证证明，或向出证档案馆核实",
    "look for a renewed time-stamp or a log proof, or ask the archive",
)
REVOCATION_UNAVAILABLE = Reason(
    "REVOCATION_UNAVAILABLE",
    Kind.UNAVAILABLE,
    "无法取得有效的证书吊销列表",
    "no revocation list that is in force can be had",
    "文件照常出具，稍后自动补足长期验证信息",
    "the file is issued; what it lacks is added later by itself",
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
FILE_PROOF_PENDING = Reason(
    "FILE_PROOF_PENDING",
    Kind.UNAVAILABLE,
    "日志里还没有这份文件的存证",
    "the log's proof of this file is not there yet",
    "请等保管馆确认、他馆见证后再取；若从查验站取，请核对网址",
    "ask again once the holder has confirmed it; when asking a verify site, check its address",
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
