"""Why the registry refuses; reasons about trust and enrolment are in `trust.identity.reasons`."""

from records.refusal import Kind, Reason

PART_OUTDATED = Reason(
    "PART_OUTDATED",
    Kind.CONFLICT,
    "目录中已有更新的版本",
    "the directory has a newer one",
    "以更高的序号重新签署后再发布",
    "sign it again with a higher sequence and publish",
)
PART_UNKNOWN = Reason(
    "PART_UNKNOWN",
    Kind.NOT_FOUND,
    "目录中没有此项",
    "the directory has no such part",
    "重新获取目录首页",
    "fetch the head again",
)
COUNCIL_MISSING = Reason(
    "COUNCIL_MISSING",
    Kind.USAGE,
    "尚未固定理事会公钥",
    "the council's public keys are not pinned here",
    "先执行 lantai-registry directory pin-council 文件",
    "run lantai-registry directory pin-council FILE first",
)
COUNCIL_PINNED = Reason(
    "COUNCIL_PINNED",
    Kind.CONFLICT,
    "已固定另一份理事会公钥",
    "other council keys are pinned here already",
    "核对后删除 council/council.json 再执行",
    "compare them, remove council/council.json, run again",
)
ENROLMENT_UNKNOWN = Reason(
    "ENROLMENT_UNKNOWN",
    Kind.NOT_FOUND,
    "没有此入网申请",
    "there is no such enrolment",
    "核对编号",
    "check the id",
)
ALREADY_INVITED = Reason(
    "ALREADY_INVITED",
    Kind.CONFLICT,
    "该节点已有未用的邀请",
    "an invitation of this participant is still open",
    "使用已发出的邀请，或先撤回",
    "use the one that was sent, or reject it first",
)
PSEUDONYM_MALFORMED = Reason(
    "PSEUDONYM_MALFORMED",
    Kind.USAGE,
    "经办人代号须为1至64位字母、数字或 _ . / -，不得用姓名",
    "an officer is named by a pseudonym of 1 to 64 ASCII letters, digits and _ . / -",
    "改用代号",
    "use a pseudonym",
)
BEAT_MALFORMED = Reason(
    "BEAT_MALFORMED",
    Kind.USAGE,
    "心跳内容不符合要求",
    "the beat is out of bounds",
    "按接口说明改正",
    "keep to the bounds of liveness.proto",
)
ROUTE_MALFORMED = Reason(
    "ROUTE_MALFORMED",
    Kind.USAGE,
    "路由查询格式不符",
    "the route question is malformed",
    "按提示的字段改正",
    "correct the field that is named",
)
FILE_UNREADABLE = Reason(
    "FILE_UNREADABLE",
    Kind.USAGE,
    "文件无法读取",
    "the file cannot be read",
    "核对路径和编码（UTF-8）",
    "check path and encoding (UTF-8)",
)
ONE_FILE = Reason(
    "ONE_FILE",
    Kind.USAGE,
    "此操作需要且只需要一个文件",
    "this act takes exactly one file",
    "在命令末尾给出文件路径",
    "give the path at the end of the command",
)
REGISTRY_SETTINGS_INVALID = Reason(
    "REGISTRY_SETTINGS_INVALID",
    Kind.USAGE,
    "配置文件不符合要求",
    "the configuration is invalid",
    "改正 registry.toml 中指出的项",
    "correct the key that is named in registry.toml",
)
DATA_MISSING = Reason(
    "DATA_MISSING",
    Kind.USAGE,
    "数据目录尚未初始化",
    "the data directory is not initialised",
    "先执行 lantai-registry init --data 目录",
    "run lantai-registry init --data DIR first",
)
DATA_EXISTS = Reason(
    "DATA_EXISTS",
    Kind.CONFLICT,
    "数据目录已初始化",
    "the data directory is initialised already",
    "换一个目录",
    "choose another directory",
)
SAMPLE_DOMAIN_REFUSED = Reason(
    "SAMPLE_DOMAIN_REFUSED",
    Kind.REFUSED,
    "正式环境不能使用演示信任域",
    "a sample trust domain is refused in production",
    "改用正式信任域",
    "use the federation's own trust domain",
)
SIGN_KEY_NOT_LISTED = Reason(
    "SIGN_KEY_NOT_LISTED",
    Kind.REFUSED,
    "信任清单未列出本登记机构的签名公钥",
    "the trust list does not name this registry's sign key",
    "请理事会把本机构写入信任清单",
    "ask the council to list this registry",
)
MEMBER_NOT_LISTED = Reason(
    "MEMBER_NOT_LISTED",
    Kind.NOT_FOUND,
    "信任清单里没有这个成员",
    "the trust list names no such member",
    "请从成员表进入",
    "choose a member from the table",
)
CONSOLE_NOT_LOCAL = Reason(
    "CONSOLE_NOT_LOCAL",
    Kind.USAGE,
    "运维页面只能在本机地址上监听",
    "the console listens on a loopback address only",
    "请用 127.0.0.1，并经由带身份核验的代理访问",
    "use 127.0.0.1, and reach it through a proxy that checks who asks",
)
