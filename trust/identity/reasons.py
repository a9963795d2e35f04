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

# --- trust list and directory ----------------------------------------------------------------

_KEEP_EVIDENCE = (
    "保存原件并报告系统管理员，不要重试。",
    "Keep the original, tell the administrator, do not retry.",
)
TRUST_LIST_EXPIRED = Reason(
    "TRUST_LIST_EXPIRED",
    Kind.UNAVAILABLE,
    "信任列表已过期。",
    "The trust list has expired.",
    "取得联盟委员会签发的新列表。",
    "Fetch the list that the council signed last.",
)
TRUST_LIST_ROLLBACK = Reason(
    "TRUST_LIST_ROLLBACK",
    Kind.REFUSED,
    "收到的信任列表比已有的旧。",
    "The trust list is older than the one already known.",
    *_KEEP_EVIDENCE,
)
TRUST_LIST_FORKED = Reason(
    "TRUST_LIST_FORKED",
    Kind.REFUSED,
    "同一版本的信任列表出现两种内容。",
    "Two different trust lists carry the same version or history.",
    *_KEEP_EVIDENCE,
)
TRUST_LIST_INVALID = Reason(
    "TRUST_LIST_INVALID",
    Kind.REFUSED,
    "信任列表自相矛盾。",
    "The trust list contradicts itself.",
    "由联盟委员会更正后重新签发。",
    "Let the council correct and sign it again.",
)
MEMBER_UNKNOWN = Reason(
    "MEMBER_UNKNOWN",
    Kind.UNAUTHENTICATED,
    "信任列表中没有这个成员。",
    "The trust list names no such member.",
    "核对成员代号；新成员须等待新列表。",
    "Check the member's id; a new member waits for the next list.",
)
MEMBER_NOT_ACTIVE = Reason(
    "MEMBER_NOT_ACTIVE",
    Kind.UNAUTHENTICATED,
    "该成员已暂停或退出联盟。",
    "The member is suspended or has left.",
    "联系联盟管理员。",
    "Ask the federation's administrator.",
)
ARCHIVE_UNKNOWN = Reason(
    "ARCHIVE_UNKNOWN",
    Kind.NOT_FOUND,
    "信任列表中没有这个档案馆。",
    "The trust list names no such archive.",
    "核对六位档案馆代码。",
    "Check the six-digit archive code.",
)
KEY_STATEMENT_INVALID = Reason(
    "KEY_STATEMENT_INVALID",
    Kind.UNAUTHENTICATED,
    "密钥声明与用途、时间或密钥不符。",
    "The key statement does not fit the use, the time or the key.",
    "由密钥所有者重新签署密钥声明。",
    "Let the key's owner state it again.",
)
APPOINTMENT_INVALID = Reason(
    "APPOINTMENT_INVALID",
    Kind.REFUSED,
    "任命不在有效期、已撤销或与密钥不符。",
    "The appointment is not in force, is revoked, or does not fit its key.",
    "由档案馆授权密钥重新任命。",
    "Let the archive's authority key appoint again.",
)
DIRECTORY_INCOMPLETE = Reason(
    "DIRECTORY_INCOMPLETE",
    Kind.UNAVAILABLE,
    "目录缺少所列的部分，或多出未列的部分。",
    "Parts that the directory head lists are missing, or others were added.",
    "重新取目录。",
    "Fetch the directory again.",
)
DIRECTORY_ROLLBACK = Reason(
    "DIRECTORY_ROLLBACK",
    Kind.REFUSED,
    "收到的目录或声明比已有的旧。",
    "The directory, or a statement in it, is older than the one already known.",
    *_KEEP_EVIDENCE,
)
DIRECTORY_FORKED = Reason(
    "DIRECTORY_FORKED",
    Kind.REFUSED,
    "同一序号的目录或声明出现两种内容。",
    "Two different directories or statements carry the same number.",
    *_KEEP_EVIDENCE,
)
DIRECTORY_PART_INVALID = Reason(
    "DIRECTORY_PART_INVALID",
    Kind.REFUSED,
    "目录的一部分不是由有权声明者签署。",
    "A part of the directory was not signed by who may declare it.",
    "由声明方重新签署并发布。",
    "Let its owner sign and publish it again.",
)
DIRECTORY_PART_HIDDEN = Reason(
    "DIRECTORY_PART_HIDDEN",
    Kind.REFUSED,
    "登记机构的目录不再列出一项已知且有效的声明；本机仍按已知的使用。",
    "The registry no longer lists a statement that is known and in force; it stays in use here.",
    *_KEEP_EVIDENCE,
)
DIRECTORY_EXPIRED = Reason(
    "DIRECTORY_EXPIRED",
    Kind.UNAVAILABLE,
    "目录超过七十二小时未更新，不受理新请求。",
    "The directory is older than 72 hours: no new requests.",
    "恢复与注册中心的连接。",
    "Restore the connection to the registry.",
)
COUNCIL_INVALID = Reason(
    "COUNCIL_INVALID",
    Kind.USAGE,
    "委员会公钥文件不正确。",
    "The council key file is not usable.",
    "向联盟委员会重新索取公钥文件并电话核对。",
    "Ask the council for the file again and compare it by telephone.",
)
