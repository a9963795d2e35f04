"""Why the desk says no to a colleague, a reminder, an undo, a locked screen or a device."""

from records.refusal import Kind, Reason

ANSWER_HELD = Reason(
    "ANSWER_HELD",
    Kind.CONFLICT,
    "本件已有答复待发出",
    "an answer of this case is about to be sent",
    "请先撤回，或等它发出",
    "take it back first, or let it go",
)
ANSWER_ON_ITS_WAY = Reason(
    "ANSWER_ON_ITS_WAY",
    Kind.CONFLICT,
    "答复已发出，不能撤回",
    "the answer was sent and cannot be taken back",
    "需要更正时，请与受理窗口联系",
    "talk to the window where it has to be corrected",
)
ORDER_NOT_OPEN = Reason(
    "ORDER_NOT_OPEN",
    Kind.CONFLICT,
    "没有可撤回的出证指令",
    "there is no order that can be taken back",
    "已用印的证明请走撤销或更正",
    "what is sealed can only be withdrawn or replaced",
)
COLLEAGUE_UNFIT = Reason(
    "COLLEAGUE_UNFIT",
    Kind.USAGE,
    "所选人员不能接办本件",
    "this colleague cannot take the case",
    "请选本馆在岗的数据调用分发员",
    "choose a dispatcher of this archive who is at work",
)
NOBODY_TO_REMIND = Reason(
    "NOBODY_TO_REMIND",
    Kind.CONFLICT,
    "本件没有经办人可催办",
    "nobody has this case who could be reminded",
    "可以直接领取",
    "claim it yourself",
)
REMINDED_JUST_NOW = Reason(
    "REMINDED_JUST_NOW",
    Kind.EXHAUSTED,
    "刚刚催办过",
    "a reminder was sent just now",
    "每三分钟只能催办一次",
    "one reminder in three minutes",
)
SCREEN_LOCKED = Reason(
    "SCREEN_LOCKED",
    Kind.UNAUTHENTICATED,
    "屏幕已锁定",
    "the screen is locked",
    "请输入本人口令解锁",
    "type your password to unlock it",
)
DEVICE_UNKNOWN = Reason(
    "DEVICE_UNKNOWN",
    Kind.REFUSED,
    "该设备没有与本馆配对",
    "this device is not paired with the archive",
    "请重新配对，或手工录入",
    "pair it again, or type the data",
)
READING_NOT_GENUINE = Reason(
    "READING_NOT_GENUINE",
    Kind.REFUSED,
    "读卡数据的签名或时效不符",
    "signature or age of the reading is not right",
    "请重新读卡，或手工录入",
    "read the card again, or type the data",
)
PAIRING_MALFORMED = Reason(
    "PAIRING_MALFORMED",
    Kind.USAGE,
    "配对信息填写有误",
    "the pairing data are malformed",
    "请照设备助手窗口显示的内容填写",
    "type what the helper's window shows",
)
