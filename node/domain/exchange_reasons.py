"""Why the node says no between archives and at the holder's desk: one constant per reason.

Append only; codes are stable and never reused.
"""

from records.refusal import Kind, Reason

APPOINTMENT_MISSING = Reason(
    "APPOINTMENT_MISSING",
    Kind.REFUSED,
    "该人员没有有效的任命书",
    "the officer has no valid appointment",
    "请由馆领导以授权密钥签发任命书",
    "let the archive's authority key appoint the officer",
)
PASSWORD_WRONG = Reason(
    "PASSWORD_WRONG",
    Kind.UNAUTHENTICATED,
    "签名口令不对",
    "the signing password is wrong",
    "请重新输入本人口令",
    "type your own password again",
)
CLAIMED_BY_OTHER = Reason(
    "CLAIMED_BY_OTHER",
    Kind.CONFLICT,
    "该件已被他人领取",
    "somebody else has claimed this case",
    "请领取下一件，或等对方退回",
    "claim another one",
)
NOT_CLAIMED = Reason(
    "NOT_CLAIMED",
    Kind.REFUSED,
    "请先领取该件",
    "claim the case first",
    "请先领取，再查看或办理",
    "claim it, then go on",
)
WRONG_RECIPIENT = Reason(
    "WRONG_RECIPIENT",
    Kind.REFUSED,
    "此件不是给本节点的",
    "this statement is for another node",
    "请核对收件节点",
    "send it to the node that it names",
)
WRONG_SENDER = Reason(
    "WRONG_SENDER",
    Kind.REFUSED,
    "签名节点与来件节点不一致",
    "signer and sender are different nodes",
    "请由来件节点自己签名",
    "sign it with the sender's own key",
)
OTHER_ENVELOPE = Reason(
    "OTHER_ENVELOPE",
    Kind.CONFLICT,
    "同一编号已收到内容不同的来件",
    "another statement with this case number was accepted before",
    "请核对编号；同一编号只收一份",
    "check the number; one statement per case",
)
ANSWER_UNEXPECTED = Reason(
    "ANSWER_UNEXPECTED",
    Kind.REFUSED,
    "答复与本馆发出的协查函对不上",
    "the answer does not fit a request of ours",
    "请核对所答复的协查函",
    "answer the request by its envelope id",
)
NO_IMAGE = Reason(
    "NO_IMAGE",
    Kind.REFUSED,
    "没有页面影像，不能据目录出证",
    "there is no page image, and an index alone certifies nothing",
    "该件已转人工调卷",
    "the case was moved to manual search",
)
IMAGE_NOT_OF_RECORD = Reason(
    "IMAGE_NOT_OF_RECORD",
    Kind.REFUSED,
    "所列影像不属于该条档案",
    "the image does not belong to the record",
    "请从该条档案的影像中选择",
    "choose from the record's own images",
)
CANDIDATE_UNKNOWN = Reason(
    "CANDIDATE_UNKNOWN",
    Kind.NOT_FOUND,
    "该档号不在本件的候选之中",
    "the record is not a candidate of this case",
    "请从候选中选择",
    "choose one of the candidates",
)
MARKS_INCOMPLETE = Reason(
    "MARKS_INCOMPLETE",
    Kind.USAGE,
    "还有字段没有与影像比对",
    "not every printed field was compared",
    "请逐项比对并标明",
    "compare and mark every field",
)
MARK_MALFORMED = Reason(
    "MARK_MALFORMED",
    Kind.USAGE,
    "比对结果填写有误",
    "a mark is malformed",
    "请选一致、按影像更正或未记载；更正须填原文",
    "choose same, corrected or not_recorded; corrected needs the wording",
)
NOT_ASKED = Reason(
    "NOT_ASKED",
    Kind.REFUSED,
    "申请没有要求这些内容",
    "the request does not ask for this",
    "只提供申请所要的字段和页面",
    "release only what was asked for",
)
NO_SEAL_KEEPER = Reason(
    "NO_SEAL_KEEPER",
    Kind.REFUSED,
    "没有可用的用印人",
    "there is no seal keeper for this",
    "请由另一人担任用印岗位并签发任命书",
    "appoint another person as seal keeper",
)
NOT_NAMED_KEEPER = Reason(
    "NOT_NAMED_KEEPER",
    Kind.REFUSED,
    "出证指令指定了另一位用印人",
    "the order names another seal keeper",
    "请由指定的人用印，或重新出具指令",
    "let the named officer seal it",
)
CANDIDATES_LEFT = Reason(
    "CANDIDATES_LEFT",
    Kind.REFUSED,
    "仍有未排除的候选，不能作查无",
    "candidates are left, so this is not a miss",
    "请先逐条排除或确认",
    "rule them out or confirm one",
)
RESTRICTED_HIT = Reason(
    "RESTRICTED_HIT",
    Kind.REFUSED,
    "命中受限档案，须转人工办理，不能作查无",
    "a restricted record matched: manual, never a miss",
    "请转人工调卷",
    "move it to manual search",
)
FILE_NOT_RELEASED = Reason(
    "FILE_NOT_RELEASED",
    Kind.NOT_FOUND,
    "没有向贵馆提供过这个文件",
    "no such file was released to you",
    "请核对编号和文件摘要",
    "check case number and digest",
)
FILE_DAMAGED = Reason(
    "FILE_DAMAGED",
    Kind.REFUSED,
    "收到的文件与答复中的摘要不符",
    "the file does not match the digest in the answer",
    "将自动重新获取；仍不符请联系保管馆",
    "it will be fetched again; otherwise call the holder",
)
PARTNER_BROKEN_OFF = Reason(
    "PARTNER_BROKEN_OFF",
    Kind.UNAVAILABLE,
    "对方馆连续无应答，稍后再试",
    "the partner does not answer, trying again later",
    "系统将自动重试",
    "it is tried again by itself",
)
DEADLINE_PASSED = Reason(
    "DEADLINE_PASSED",
    Kind.UNAVAILABLE,
    "到期仍未送达，已转人工",
    "it could not be delivered in time",
    "请电话联系对方馆",
    "call the other archive",
)
ISSUE_REFUSED = Reason(
    "ISSUE_REFUSED",
    Kind.REFUSED,
    "证明服务拒绝出证",
    "the certificate service refused",
    "请按所列代码处理",
    "see the code that is named",
)
APPROVAL_NOT_ASKED = Reason(
    "APPROVAL_NOT_ASKED",
    Kind.CONFLICT,
    "这件办件不待领导审批，或已经批过",
    "this case does not wait for the leader, or was decided already",
    "请刷新领导审批页",
    "open the approvals page anew",
)
LEADER_NOTE_MISSING = Reason(
    "LEADER_NOTE_MISSING",
    Kind.USAGE,
    "不同意须说明理由",
    "declining takes a reason",
    "请写明理由，不少于 4 个字",
    "write at least 4 characters",
)
LEADER_NEEDED = Reason(
    "LEADER_NEEDED",
    Kind.REFUSED,
    "须经主管领导批准后才能出证",
    "the archive's leader must approve the purpose first",
    "请主管领导在领导审批页批准",
    "let the leader approve the case",
)
COVERS_MISSING = Reason(
    "COVERS_MISSING",
    Kind.REFUSED,
    "名册页上有他人姓名，须先遮盖再提供",
    "the page lists other people: cover them first",
    "请在该页框选他人所在的行",
    "draw boxes over the other lines",
)
COVERS_MALFORMED = Reason(
    "COVERS_MALFORMED",
    Kind.USAGE,
    "遮盖框不在页面内或不对应所提供的页",
    "a cover lies outside its page or belongs to no released page",
    "请重新框选",
    "draw the boxes again",
)
NO_SUCH_PAPER = Reason(
    "NO_SUCH_PAPER",
    Kind.CONFLICT,
    "本案没有可出具的该种文书",
    "there is no ground for such a paper in this case",
    "核对各馆答复后选择相应文书",
    "look at the answers and choose another paper",
)
PAPER_NOT_DRAWN = Reason(
    "PAPER_NOT_DRAWN",
    Kind.UNDECIDED,
    "文书正在排版",
    "the paper is still being drawn",
    "稍候再打开",
    "open it in a moment",
)
NODE_RESTORED = Reason(
    "NODE_RESTORED",
    Kind.UNAVAILABLE,
    "数据库比外界见过的日志旧（可能恢复了旧备份），本节点只读",
    "the database is older than what others have seen of its log (an old backup?): read-only",
    "请运行 lantai-node restore status，恢复较新的备份，或由两人执行 restore accept",
    "run `lantai-node restore status`; restore a newer backup, or two persons run restore accept",
)
RESTORE_DIFFERENT = Reason(
    "RESTORE_DIFFERENT",
    Kind.REFUSED,
    "数据库的日志与外界见过的不是同一部历史，不能继续使用",
    "the database's log is another history than the one that others have seen",
    "请恢复另一份备份；查明是谁改动了数据库",
    "restore another backup; find out who changed the database",
)
RESTORE_INCOMPLETE = Reason(
    "RESTORE_INCOMPLETE",
    Kind.REFUSED,
    "缺少日志副本，补不齐外界见过的条目",
    "the copy of the log beside the database does not reach what others have seen",
    "把 seen/ 目录的较新副本放回数据目录，或恢复较新的备份",
    "put a newer copy of the folder seen/ into the data folder, or restore a newer backup",
)
CASE_NOT_ENDED = Reason(
    "CASE_NOT_ENDED",
    Kind.CONFLICT,
    "该申请尚未办结，不能删除其个人信息",
    "the case has not ended; what it says about people cannot be erased yet",
    "请先办结、拒绝或撤回该申请，并等待发出的文书送达",
    "close, refuse or withdraw the case first, and let what it sends arrive",
)
CASE_HELD = Reason(
    "CASE_HELD",
    Kind.CONFLICT,
    "该申请因申诉、诉讼、调查或审计被保全，不能删除",
    "the case is held for a complaint, a suit, an inquiry or an audit and is not erased",
    "请先解除保全：lantai-node retain release CASE",
    "release the hold first: lantai-node retain release CASE",
)
ERASURE_ARGUMENTS = Reason(
    "ERASURE_ARGUMENTS",
    Kind.USAGE,
    "删除个人信息需要法定依据、理由和第二人同意",
    "erasing needs a legal basis, a reason and a second person who agrees",
    "请补充所列参数",
    "give the argument that is named",
)
