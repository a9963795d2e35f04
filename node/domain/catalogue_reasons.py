"""Why the catalogue, its images and its imports say no: one constant per reason.

Append only; codes are stable and never reused.
"""

from records.refusal import Kind, Reason

ENTRY_NOT_FOUND = Reason(
    "ENTRY_NOT_FOUND",
    Kind.NOT_FOUND,
    "目录中没有这一档号",
    "the catalogue has no such reference code",
    "请核对档号",
    "check the reference code",
)
IMAGE_NOT_FOUND = Reason(
    "IMAGE_NOT_FOUND",
    Kind.NOT_FOUND,
    "没有这一页的数字副本",
    "there is no image of that page",
    "转人工查找纸质档案",
    "search the paper by hand",
)
IMAGE_DAMAGED = Reason(
    "IMAGE_DAMAGED",
    Kind.UNAVAILABLE,
    "数字副本与登记的摘要不符",
    "an image does not match its digest",
    "请从备份恢复该影像，并报告总库管理员",
    "restore it from the backup and tell the repository master",
)
HOLDINGS_UNREADABLE = Reason(
    "HOLDINGS_UNREADABLE",
    Kind.USAGE,
    "文件无法读取",
    "the file cannot be read",
    "请检查路径和权限",
    "check path and permission",
)
FILE_FORMAT = Reason(
    "FILE_FORMAT",
    Kind.USAGE,
    "不是可导入的目录文件",
    "this is no catalogue file that can be imported",
    "请提供 CSV（UTF-8 或 GB18030，首行为字段代码）、XLSX 或 EEP 封装包",
    "hand in CSV (UTF-8 or GB18030, field codes in the first line), XLSX or an EEP package",
)
FILE_ENCODING = Reason(
    "FILE_ENCODING",
    Kind.USAGE,
    "文件编码无法识别",
    "the file is neither UTF-8 nor GB18030",
    "请另存为 UTF-8 或 GB18030 后再导入",
    "save it as UTF-8 or GB18030",
)
COLUMN_UNKNOWN = Reason(
    "COLUMN_UNKNOWN",
    Kind.USAGE,
    "首行有不认识的字段",
    "the header row has unknown columns",
    "请对照导入字段表改正或删去所列字段",
    "correct or remove the named columns",
)
COLUMN_MISSING = Reason(
    "COLUMN_MISSING",
    Kind.USAGE,
    "首行缺少必需的字段",
    "the header row lacks required columns",
    "请补上所列字段",
    "add the named columns",
)
ROW_MALFORMED = Reason(
    "ROW_MALFORMED",
    Kind.USAGE,
    "有一行的列数与首行不符或引号不成对",
    "a line has another number of cells than the header, or an open quote",
    "请改正所列行",
    "correct the named line",
)
FILE_TOO_LARGE = Reason(
    "FILE_TOO_LARGE",
    Kind.EXHAUSTED,
    "文件超过一次导入的限度",
    "the file exceeds what one import takes",
    "请分成若干文件导入",
    "split it into several files",
)
IMPORT_REJECTED = Reason(
    "IMPORT_REJECTED",
    Kind.REFUSED,
    "四性检测未通过，本批未入库",
    "the four-properties check failed; nothing was imported",
    "请按检测报告改正后重新导入",
    "correct the file by the report and import it again",
)
IMPORT_HAS_WARNINGS = Reason(
    "IMPORT_HAS_WARNINGS",
    Kind.UNDECIDED,
    "四性检测有警告，本批未入库",
    "the four-properties check has warnings; nothing was imported",
    "请审阅检测报告；确认后加 --accept-warnings 再导入",
    "read the report; import again with --accept-warnings if they are right",
)
BENCH_ONLY = Reason(
    "BENCH_ONLY",
    Kind.REFUSED,
    "批量检索只在测试数据目录可用，或须凭受理号并经主管领导批准",
    "batch search works on a bench data directory only, or with a case and a leader's approval",
    "请用 lantai-node init --bench 建测试目录，或加 --case 受理号",
    "make one with `lantai-node init --bench`, or give --case",
)
CASE_SEARCH_NOT_APPROVED = Reason(
    "CASE_SEARCH_NOT_APPROVED",
    Kind.REFUSED,
    "该受理号的批量检索未经主管领导批准",
    "no leader approved a batch search for that case",
    "请主管领导到场，加 --leader-login FILE 同意本批检索（不超过 50 条，结果遮盖）",
    "a leader must agree with --leader-login FILE (50 questions at most, masked answers)",
)
DATA_NOT_READY = Reason(
    "DATA_NOT_READY",
    Kind.USAGE,
    "该目录不是节点数据目录",
    "this folder is no node data directory",
    "请先运行 lantai-node init --data DIR",
    "run `lantai-node init --data DIR` first",
)
NODE_DATA_EXISTS = Reason(
    "NODE_DATA_EXISTS",
    Kind.CONFLICT,
    "目录中已有节点数据",
    "the folder already holds a node",
    "请换一个空目录",
    "choose an empty folder",
)
TABLES_MISSING = Reason(
    "TABLES_MISSING",
    Kind.UNAVAILABLE,
    "缺少农历、异体字对照表",
    "the calendar and variant tables are missing",
    "请运行 python -m deploy.tables 生成",
    "run `python -m deploy.tables`",
)
IMPORT_COLLIDED = Reason(
    "IMPORT_COLLIDED",
    Kind.CONFLICT,
    "另一批导入刚写入了相同的档号，本批未入库",
    "another import has just added one of the reference codes; nothing was imported",
    "请重新导入，检测报告会列出重复的档号",
    "import again; the report will name the duplicates",
)
OFFICER_NEEDED = Reason(
    "OFFICER_NEEDED",
    Kind.UNAUTHENTICATED,
    "此命令须由有相应岗位的人员登录后执行",
    "an officer with the right post must sign in for this command",
    "请加 --user、--password-file、--totp（警告须由另一名审核员以 --reviewer-user 等确认）",
    "add --user, --password-file, --totp (and --reviewer-… to accept warnings)",
)
IMPORT_RUNNING = Reason(
    "IMPORT_RUNNING",
    Kind.CONFLICT,
    "另一批导入或索引重建尚未完成",
    "another import or rebuild of the index is not finished",
    "请等它完成；若已中断，请用同一文件重新执行导入（自动续传）或执行 lantai-node index rebuild",
    "wait for it; if it was cut off, run the import of the same file again, or index rebuild",
)
INDEX_BUILD_DAMAGED = Reason(
    "INDEX_BUILD_DAMAGED",
    Kind.UNAVAILABLE,
    "索引重建的中间文件损坏",
    "a working file of the index build is damaged",
    "请执行 lantai-node index rebuild 重新生成",
    "run lantai-node index rebuild",
)
SHEETS_SEVERAL = Reason(
    "SHEETS_SEVERAL",
    Kind.USAGE,
    "工作簿中有多张工作表",
    "several sheets of the workbook have cells in them",
    "请每个文件只留一张工作表，分别导入",
    "leave one sheet in each file and import them one by one",
)
CELL_NOT_TEXT = Reason(
    "CELL_NOT_TEXT",
    Kind.USAGE,
    "单元格按数字、时刻或公式保存，原文可能已丢失",
    "a cell is stored as a number, a time of day or a truth value: its wording may be lost",
    "请把该列设为“文本”格式，从原始数据重新填入后再导入",
    "format the column as text and fill it again from the source",
)
PACKAGE_SIGNER_UNKNOWN = Reason(
    "PACKAGE_SIGNER_UNKNOWN",
    Kind.REFUSED,
    "封装包不是由已登记的移交单位签名",
    "no known unit signed the package",
    "请向移交单位当面核对公钥，再用 --signed-by 指明",
    "compare the unit's public key in person and name it with --signed-by",
)
PACKAGE_ALTERED = Reason(
    "PACKAGE_ALTERED",
    Kind.REFUSED,
    "封装包内容与签名不符",
    "the package is not what was signed",
    "请不要使用，联系移交单位重新移交",
    "do not use it; ask the unit to hand it over again",
)
PACKAGE_CATEGORY = Reason(
    "PACKAGE_CATEGORY",
    Kind.USAGE,
    "封装包的门类与命令不同",
    "the package holds another category",
    "请按封装包写明的门类导入",
    "import it under the category that it names",
)
