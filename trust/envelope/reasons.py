"""Why an envelope, a statement, a key or an act token is refused; a code never changes meaning."""

from records.refusal import Kind, Reason

_ASK_SENDER = ("请发送方重新签署后再发。", "Ask the sender to sign and send it again.")
_KEEP_EVIDENCE = (
    "保存原件并报告系统管理员，不要重试。",
    "Keep the original, tell the administrator, do not retry.",
)

ENVELOPE_MALFORMED = Reason(
    "ENVELOPE_MALFORMED",
    Kind.USAGE,
    "签名信封的格式不正确。",
    "The envelope is not in its one correct form.",
    *_ASK_SENDER,
)
ENVELOPE_TOO_LARGE = Reason(
    "ENVELOPE_TOO_LARGE",
    Kind.EXHAUSTED,
    "签名信封超过允许的大小。",
    "The envelope is larger than allowed.",
    "拆分内容，大文件请用分块传输。",
    "Split it; carry large files in chunks.",
)
PAYLOAD_TYPE_WRONG = Reason(
    "PAYLOAD_TYPE_WRONG",
    Kind.USAGE,
    "信封内不是此处要求的文书。",
    "The envelope holds another kind of statement than is wanted here.",
    "核对要提交的文书种类。",
    "Check which statement belongs here.",
)
SUITE_FORBIDDEN = Reason(
    "SUITE_FORBIDDEN",
    Kind.REFUSED,
    "签名算法套件不被允许。",
    "The signature suite is unknown or no longer allowed.",
    "用信任列表允许的套件重新签署。",
    "Sign again with a suite that the trust list allows.",
)
SIGNATURE_INVALID = Reason(
    "SIGNATURE_INVALID",
    Kind.REFUSED,
    "签名与内容不符。",
    "A signature does not match the content.",
    *_KEEP_EVIDENCE,
)
SIGNER_UNKNOWN = Reason(
    "SIGNER_UNKNOWN",
    Kind.REFUSED,
    "签署的密钥不在可信之列。",
    "No signature is by a key that may sign this.",
    "更新信任列表后重试；仍被拒时联系签署方。",
    "Update the trust list and try again; then ask the signer.",
)
SIGNATURES_TOO_FEW = Reason(
    "SIGNATURES_TOO_FEW",
    Kind.REFUSED,
    "有效签名的人数不足。",
    "Too few different keys have signed.",
    "由其余应签署人补签。",
    "Let the others who must sign add their signature.",
)
STATEMENT_MALFORMED = Reason(
    "STATEMENT_MALFORMED",
    Kind.USAGE,
    "文书内容不符合规定的格式。",
    "The statement does not follow its schema.",
    "对照 statements.schema.json 改正后重新签署。",
    "Correct it by statements.schema.json and sign it again.",
)
STATEMENT_TOO_LARGE = Reason(
    "STATEMENT_TOO_LARGE",
    Kind.EXHAUSTED,
    "文书超过允许的大小或层次。",
    "The statement is larger or deeper than allowed.",
    "减少内容后重新签署。",
    "Say less and sign again.",
)

KEY_MALFORMED = Reason(
    "KEY_MALFORMED",
    Kind.USAGE,
    "密钥的格式、长度或用途不正确。",
    "The key is malformed, weak, or not meant for this use.",
    "重新生成密钥，或改用正确的密钥文件。",
    "Make a new key or choose the right key file.",
)
KEY_FILE_MISSING = Reason(
    "KEY_FILE_MISSING",
    Kind.NOT_FOUND,
    "找不到密钥文件。",
    "The key file does not exist or cannot be read.",
    "核对数据目录和文件名。",
    "Check the data directory and the file name.",
)
KEY_FILE_EXISTS = Reason(
    "KEY_FILE_EXISTS",
    Kind.CONFLICT,
    "密钥文件已存在，不会覆盖。",
    "The key file exists and is not overwritten.",
    "先移走旧密钥，或换一个文件名。",
    "Move the old key away first or choose another name.",
)
KEY_FILE_EXPOSED = Reason(
    "KEY_FILE_EXPOSED",
    Kind.REFUSED,
    "密钥文件可被其他用户读取。",
    "Other users of this machine can read the key file.",
    "执行 chmod 600 并考虑更换该密钥。",
    "Run chmod 600 and consider replacing the key.",
)
KEY_NOT_ENCRYPTED = Reason(
    "KEY_NOT_ENCRYPTED",
    Kind.REFUSED,
    "密钥文件应当加密而没有加密。",
    "The key file should be encrypted and is not.",
    "重新生成并以口令加密该密钥。",
    "Make the key again and encrypt it with a passphrase.",
)
PASSPHRASE_WRONG = Reason(
    "PASSPHRASE_WRONG",
    Kind.UNAUTHENTICATED,
    "口令不正确。",
    "The passphrase does not open the key.",
    "重新输入口令。",
    "Enter the passphrase again.",
)

ACT_TOKEN_MALFORMED = Reason(
    "ACT_TOKEN_MALFORMED",
    Kind.UNAUTHENTICATED,
    "办理凭据的格式不正确。",
    "The act token is not in its one correct form.",
    "由经办人重新发起。",
    "Let the officer start the act again.",
)
ACT_TOKEN_REFUSED = Reason(
    "ACT_TOKEN_REFUSED",
    Kind.UNAUTHENTICATED,
    "办理凭据的签名或签发人不可信。",
    "The act token is not signed by a key of the calling node.",
    "更新信任列表；仍被拒时联系对方管理员。",
    "Update the trust list; then ask the other side's administrator.",
)
ACT_TOKEN_EXPIRED = Reason(
    "ACT_TOKEN_EXPIRED",
    Kind.UNAUTHENTICATED,
    "办理凭据不在有效时间内。",
    "The act token is not valid at this time.",
    "核对两端时钟后重新签发。",
    "Compare both clocks and issue a new token.",
)
ACT_TOKEN_MISBOUND = Reason(
    "ACT_TOKEN_MISBOUND",
    Kind.UNAUTHENTICATED,
    "办理凭据属于另一次连接、另一节点或另一份文书。",
    "The act token belongs to another connection, node or statement.",
    "为本次办理重新签发凭据。",
    "Issue a token for this act.",
)
ACT_TOKEN_REPLAYED = Reason(
    "ACT_TOKEN_REPLAYED",
    Kind.UNAUTHENTICATED,
    "办理凭据已经用过。",
    "The act token was used before.",
    "每次调用都签发新凭据。",
    "Issue a new token for every call.",
)
