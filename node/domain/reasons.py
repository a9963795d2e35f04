"""Why the node says no at the window, at sign-in and at start: one constant per reason.

Append only; codes are stable and never reused.
"""

from records.refusal import Kind, Reason

SIGN_IN_REFUSED = Reason(
    "SIGN_IN_REFUSED",
    Kind.UNAUTHENTICATED,
    "工号、口令或动态码不对",
    "user, password or code is wrong",
    "请核对后再试；连续五次不成功将暂停登录",
    "check all three; five failures lock the account for a while",
)
SIGN_IN_LOCKED = Reason(
    "SIGN_IN_LOCKED",
    Kind.EXHAUSTED,
    "尝试次数过多，登录已暂停",
    "too many tries, sign-in is locked",
    "请按提示的秒数等待后再试，或请总库管理员处理",
    "wait for the seconds shown, then try again",
)
SESSION_ENDED = Reason(
    "SESSION_ENDED",
    Kind.UNAUTHENTICATED,
    "登录已结束",
    "the session has ended",
    "请重新登录",
    "sign in again",
)
OFFICER_EXISTS = Reason(
    "OFFICER_EXISTS",
    Kind.CONFLICT,
    "该工号已存在",
    "the user name is taken",
    "请换一个工号",
    "choose another user name",
)
OFFICER_MALFORMED = Reason(
    "OFFICER_MALFORMED",
    Kind.USAGE,
    "人员资料有误",
    "the officer's data is malformed",
    "请按所列字段改正",
    "correct the named field",
)
OFFICER_NOT_FOUND = Reason(
    "OFFICER_NOT_FOUND",
    Kind.NOT_FOUND,
    "没有这名人员",
    "there is no such officer",
    "请核对工号和馆代码",
    "check user and archive code",
)
ARCHIVE_NOT_HOSTED = Reason(
    "ARCHIVE_NOT_HOSTED",
    Kind.NOT_FOUND,
    "本节点没有这个档案馆",
    "this node does not host that archive",
    "请核对六位馆代码",
    "check the six-digit archive code",
)
APPOINTMENT_MISMATCH = Reason(
    "APPOINTMENT_MISMATCH",
    Kind.REFUSED,
    "任命书与本节点登记的人员不符",
    "the appointment does not fit the officer",
    "请核对岗位、密钥和馆代码后重新签发",
    "issue it again with the officer's own key and posts",
)
APPLICATION_MALFORMED = Reason(
    "APPLICATION_MALFORMED",
    Kind.USAGE,
    "申请表有误",
    "the application is malformed",
    "请按所列字段改正",
    "correct the named field",
)
CLIENT_KEY_REUSED = Reason(
    "CLIENT_KEY_REUSED",
    Kind.CONFLICT,
    "同一提交标识已用于另一份申请",
    "the client key was used for another request",
    "请换用新的 client_key",
    "use a new client_key",
)
CASE_NOT_FOUND = Reason(
    "CASE_NOT_FOUND",
    Kind.NOT_FOUND,
    "没有这个受理编号",
    "there is no such case",
    "请核对编号",
    "check the case number",
)
CASE_CHANGED = Reason(
    "CASE_CHANGED",
    Kind.CONFLICT,
    "该件刚被他人办理",
    "somebody else just changed this case",
    "请刷新后再办",
    "refresh and try again",
)
CASE_STATE = Reason(
    "CASE_STATE",
    Kind.CONFLICT,
    "该件目前的状态不能这样办",
    "the case is in a state that does not allow this",
    "请刷新后查看当前状态",
    "refresh and look at its state",
)
ROUTE_AMBIGUOUS = Reason(
    "ROUTE_AMBIGUOUS",
    Kind.UNDECIDED,
    "地名对应不止一处，尚不能确定保管馆",
    "the place is ambiguous",
    "请按提示的问题询问申请人后改正",
    "ask the citizen the question that is shown",
)
DIRECTORY_MISSING = Reason(
    "DIRECTORY_MISSING",
    Kind.UNAVAILABLE,
    "还没有联盟目录",
    "there is no directory yet",
    "请启动节点并连通联盟登记中心",
    "start the node and reach the registry",
)
NODE_NOT_ENROLLED = Reason(
    "NODE_NOT_ENROLLED",
    Kind.UNAVAILABLE,
    "本节点尚未入网",
    "this node is not enrolled",
    "请先运行 lantai-node enrol",
    "run lantai-node enrol first",
)
TEXT_MALFORMED = Reason(
    "TEXT_MALFORMED",
    Kind.USAGE,
    "文字长度或字符不合要求",
    "the text is too short, too long or has bad characters",
    "请按所列字段改正",
    "correct the named field",
)
CONFIG_MALFORMED = Reason(
    "CONFIG_MALFORMED",
    Kind.USAGE,
    "节点配置有误",
    "the node's configuration is malformed",
    "请改正 node.toml 中所列的键",
    "correct the named key in node.toml",
)
DATA_FOLDER = Reason(
    "DATA_FOLDER",
    Kind.USAGE,
    "数据目录不可用",
    "the data folder cannot be used",
    "请先运行 lantai-node init，并核对 --data",
    "run lantai-node init first and check --data",
)
LOGIN_FILE = Reason(
    "LOGIN_FILE",
    Kind.USAGE,
    "登录文件有误",
    "the login file is malformed",
    "文件须为含 user、password、totp_uri 的 JSON，权限 0600",
    "a JSON file with user, password, totp_uri, mode 0600",
)
LEDGER_DAMAGED = Reason(
    "LEDGER_DAMAGED",
    Kind.REFUSED,
    "存证日志校验不通过",
    "the log does not verify",
    "请停止出证并通知联盟",
    "stop issuing and tell the federation",
)
NOTHING_KEPT = Reason(
    "NOTHING_KEPT",
    Kind.NOT_FOUND,
    "本馆没有保存该案的签名记录",
    "this archive keeps no signed statement of that case",
    "请核对案号和档案馆代码",
    "check the case number and the archive code",
)
EVIDENCE_ARGUMENTS = Reason(
    "EVIDENCE_ARGUMENTS",
    Kind.USAGE,
    "缺少参数，或参数不能这样并用",
    "an option is missing, or does not go with the others",
    "取证：evidence 案号 -o 文件 --reason 事由、两名人员登录、--to 公钥或 --plain；见 --help",
    "evidence CASE -o FILE --reason WHY, two officers' logins, --to KEY or --plain; see --help",
)
EVIDENCE_UNREADABLE = Reason(
    "EVIDENCE_UNREADABLE",
    Kind.USAGE,
    "文件无法读取或写入",
    "the file cannot be read or written",
    "请核对路径、权限和文件大小（不超过 64 MB）",
    "check the path, its permissions and its size (at most 64 MB)",
)
ENROLMENT_WAITS = Reason(
    "ENROLMENT_WAITS",
    Kind.UNDECIDED,
    "入网申请尚未批准",
    "the enrolment is not approved yet",
    "请把指纹读给联盟登记中心，批准后再次运行本命令",
    "read the fingerprint to the registry and run this command again",
)
AGREEMENT_TERMS = Reason(
    "AGREEMENT_TERMS",
    Kind.USAGE,
    "协议文本不符合要求",
    "the text of the agreement cannot be used",
    "请按括号中所指的项目修改文本",
    "correct the field that is named",
)
AGREEMENT_NOT_OURS = Reason(
    "AGREEMENT_NOT_OURS",
    Kind.REFUSED,
    "协议的当事方不含本馆，或名称没有以各方标识开头",
    "this node is no party of it, or its id does not begin with the parties' names",
    "请核对当事方和协议名称",
    "check parties and id",
)
AGREEMENT_UNKNOWN = Reason(
    "AGREEMENT_UNKNOWN",
    Kind.NOT_FOUND,
    "没有这份协议，或没有待签署的这一版",
    "there is no such agreement, or no such version waits for a signature",
    "用 lantai-node agreement list 查看",
    "see lantai-node agreement list",
)
MAINTENANCE_MALFORMED = Reason(
    "MAINTENANCE_MALFORMED",
    Kind.USAGE,
    "维护预告须在0至720小时之间，说明至多200字",
    "a maintenance lasts more than 0 and at most 720 hours; its message has at most 200 characters",
    "请改正 --hours 或 --message",
    "correct --hours or --message",
)
LEADER_KEY_MISSING = Reason(
    "LEADER_KEY_MISSING",
    Kind.REFUSED,
    "这个账号没有签字密钥，不能签订协议",
    "this account has no signing key and cannot sign agreements",
    "由总库管理员重新登记主管领导账号，并由馆授权密钥签发任命",
    "take the leader on anew, so that a key is made, and let the archive's authority appoint them",
)
TSA_SILENT = Reason(
    "TSA_SILENT",
    Kind.UNAVAILABLE,
    "时间戳机构没有应答；业务照常，时间戳稍后补上",
    "the time-stamp authority does not answer; work goes on, the stamp follows",
    "请检查 node.toml 的 tsa 地址和网络",
    "check the address `tsa` in node.toml and the network",
)
