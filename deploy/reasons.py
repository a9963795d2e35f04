"""Why `lantai` says no: one constant per reason. Append only."""

from records.refusal import Kind, Reason

PROCESS_DIED = Reason(
    code="PROCESS_DIED",
    kind=Kind.UNAVAILABLE,
    zh="一个进程没有启动起来",
    en="A process ended while it was starting",
    remedy_zh="看括号中所列日志的最后几行",
    remedy_en="Read the end of the log that is named",
)
PROCESS_NOT_READY = Reason(
    code="PROCESS_NOT_READY",
    kind=Kind.UNAVAILABLE,
    zh="一个进程迟迟不接受连接",
    en="A process does not take connections",
    remedy_zh="看 logs 目录中该进程的日志；机器过忙时再试一次",
    remedy_en="Read its log in the folder logs; try again when the machine is less busy",
)
FEDERATION_MISSING = Reason(
    code="FEDERATION_MISSING",
    kind=Kind.NOT_FOUND,
    zh="这个目录里没有联邦",
    en="There is no federation in this folder",
    remedy_zh="先运行 make up（var/up）或 make demo（var/demo），或用 --dir 指明目录",
    remedy_en="Run make up (var/up) or make demo (var/demo) first, or name the folder with --dir",
)
FEDERATION_RUNNING = Reason(
    code="FEDERATION_RUNNING",
    kind=Kind.CONFLICT,
    zh="这个目录里的联邦正在运行",
    en="The federation in this folder is running",
    remedy_zh="先运行 lantai down --dir 该目录",
    remedy_en="Run lantai down --dir FOLDER first",
)
FOLDER_NOT_OURS = Reason(
    code="FOLDER_NOT_OURS",
    kind=Kind.REFUSED,
    zh="目录里有不是本程序写的文件，不会清空它",
    en="The folder holds files that this program did not write; it is left alone",
    remedy_zh="换一个空目录",
    remedy_en="Choose an empty folder",
)
LOGIN_UNKNOWN = Reason(
    code="LOGIN_UNKNOWN",
    kind=Kind.NOT_FOUND,
    zh="没有这个演示登录，或有几个馆都有",
    en="There is no such demo login, or several archives have one",
    remedy_zh="加 --archive 指明馆代码；lantai status 列出全部登录",
    remedy_en="Name the archive with --archive; lantai status lists all logins",
)
PARTS_NOT_READY = Reason(
    code="PARTS_NOT_READY",
    kind=Kind.UNAVAILABLE,
    zh="字体、表或样本馆藏还没有准备好",
    en="Fonts, tables or sample holdings are not ready",
    remedy_zh="运行 make setup",
    remedy_en="Run make setup",
)
COUNCIL_FILE = Reason(
    "COUNCIL_FILE",
    Kind.USAGE,
    "理事会文件缺失、无法读取或与草案不符",
    "A file of the council is missing, unreadable or does not fit the draft",
    "看括号中的文件或参数；各步骤见 docs/joining.md",
    "See the file or option in brackets; the steps are in docs/joining.md",
)
STEP_FAILED = Reason(
    code="STEP_FAILED",
    kind=Kind.UNAVAILABLE,
    zh="联邦的一步没有做成",
    en="A step of the federation failed",
    remedy_zh="看括号中的原因；日志在 logs 目录",
    remedy_en="See the cause in brackets; logs are in the folder logs",
)
