"""Why an identity, a certificate or an enrolment is refused: one constant per reason."""

from records.refusal import Kind, Reason

# --- identity and certificates -------------------------------------------------------------

IDENTITY_MALFORMED = Reason(
    "IDENTITY_MALFORMED",
    Kind.USAGE,
    "节点标识不合规则",
    "the participant's name is not of the form that certificates carry",
    "请使用小写字母、数字和连字符，2 至 32 个字符，以字母开头",
    "use 2 to 32 lower-case letters, digits and hyphens, beginning with a letter",
)
CERTIFICATE_MALFORMED = Reason(
    "CERTIFICATE_MALFORMED",
    Kind.UNAUTHENTICATED,
    "证书无法解读或不合规范",
    "the certificate cannot be read or does not follow the profile",
    "请重新办理入网或续期，换用登记中心签发的证书",
    "enrol or renew again and use the certificate that the registry issued",
)
CERTIFICATE_EXPIRED = Reason(
    "CERTIFICATE_EXPIRED",
    Kind.UNAUTHENTICATED,
    "证书不在有效期内",
    "the certificate is not valid at this time",
    "请续期证书并核对本机时钟",
    "renew the certificate and check this machine's clock",
)
CERTIFICATE_CHAIN = Reason(
    "CERTIFICATE_CHAIN",
    Kind.UNAUTHENTICATED,
    "证书链不能追溯到受信任的根证书",
    "the certificate does not chain to a trusted root",
    "请使用本联盟签发的证书和根证书",
    "use the certificate and the roots of this federation",
)
PROFILE_VIOLATION = Reason(
    "PROFILE_VIOLATION",
    Kind.REFUSED,
    "拟签发的证书不合规范，未签发",
    "the certificate about to be signed breaks its profile and was not signed",
    "请核对签发机构的配置和名称约束",
    "check the issuing authority's settings and name constraints",
)

# --- enrolment -----------------------------------------------------------------------------

ENROLMENT_TOKEN = Reason(
    "ENROLMENT_TOKEN",
    Kind.REFUSED,
    "邀请码无效、已使用或已过期",
    "the invitation token is unknown, used or expired",
    "请向登记中心索取新的邀请码",
    "ask the registry for a new invitation",
)
CSR_MALFORMED = Reason(
    "CSR_MALFORMED",
    Kind.USAGE,
    "证书申请文件无法解读",
    "the certificate signing request cannot be read",
    "请用 lantai-node enrol 重新生成申请",
    "make the request again with `lantai-node enrol`",
)
CSR_KEY = Reason(
    "CSR_KEY",
    Kind.REFUSED,
    "申请中的密钥类型不被接受",
    "the request's key is of a kind that is not accepted",
    "请使用 P-256 或 P-384 密钥",
    "use a P-256 or P-384 key",
)
CSR_PROOF = Reason(
    "CSR_PROOF",
    Kind.REFUSED,
    "申请人未能证明持有私钥",
    "the request does not prove possession of its private keys",
    "请用 lantai-node enrol 重新生成申请",
    "make the request again with `lantai-node enrol`",
)
ENROLMENT_STATE = Reason(
    "ENROLMENT_STATE",
    Kind.CONFLICT,
    "该申请已经处理，或不在待审批状态",
    "the enrolment is not waiting for this step",
    "请查看申请状态，必要时重新邀请",
    "look at the enrolment's state and invite again if needed",
)
ENROLMENT_FINGERPRINT = Reason(
    "ENROLMENT_FINGERPRINT",
    Kind.REFUSED,
    "口头核对的指纹与申请中的密钥不一致",
    "the fingerprint that was read out is not that of the request's key",
    "请停止审批，与对方当面或电话重新核对",
    "stop, and compare the fingerprint with the applicant again by telephone",
)
ENROLMENT_SAME_PERSON = Reason(
    "ENROLMENT_SAME_PERSON",
    Kind.REFUSED,
    "邀请人与审批人不能是同一人",
    "the person who approves must not be the person who invited",
    "请由另一名工作人员审批",
    "let another officer approve",
)
KEY_REUSED = Reason(
    "KEY_REUSED",
    Kind.REFUSED,
    "该密钥已经用过，不得再次签发",
    "this key was certified before",
    "请生成新密钥后再申请",
    "make a new key and ask again",
)
RENEWAL_REFUSED = Reason(
    "RENEWAL_REFUSED",
    Kind.REFUSED,
    "所持证书已失效或被吊销，不能续期",
    "the certificate shown is not in force and cannot be renewed",
    "请重新办理入网",
    "enrol again",
)
