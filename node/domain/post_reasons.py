"""Why something that goes by post (relay or gateway) is not there yet, or is refused."""

from records.refusal import Kind, Reason

POST_UNDERWAY = Reason(
    "POST_UNDERWAY",
    Kind.UNAVAILABLE,
    "报文已交中继或摆渡，对方回执尚未到达",
    "the message is with the relay or the gateway; the receipt has not come back yet",
    "请等候；摆渡方式请按时导出、携带并导入文件",
    "wait; with a gateway, export, carry and import the files in time",
)
POST_ONLY_LETTERS = Reason(
    "POST_ONLY_LETTERS",
    Kind.UNAVAILABLE,
    "对方只能经中继或摆渡联系，不能在线预查",
    "this partner is reached by post only: a count cannot be asked while somebody waits",
    "请直接提交协查申请",
    "file the request itself",
)
POST_TOKEN_REPLAYED = Reason(
    "POST_TOKEN_REPLAYED",
    Kind.REFUSED,
    "该经办授权已在另一件报文中用过",
    "this act token came with another message before",
    "请对方重新签发后再发",
    "let the sender make a new one",
)
GATEWAY_ARGUMENTS = Reason(
    "GATEWAY_ARGUMENTS",
    Kind.USAGE,
    "摆渡命令缺少参数，或文件无法读写",
    "an option of the gateway command is missing, or the file cannot be read or written",
    "导出：gateway export --for 对方 -o 文件；导入：gateway import 文件",
    "gateway export --for ID -o FILE, or gateway import FILE",
)
