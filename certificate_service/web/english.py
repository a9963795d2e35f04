"""The verify pages in English: whole sentences, and forms for those with a number in them.

Used twice: by the server for pages without JavaScript, and as /english.js by the pages themselves.
What a record says is never translated. A test reads every Chinese word out of scripts and template
and wants an English one for it.
"""

import json
import re
from collections.abc import Mapping

from certificate_service.domain import advice, english, order_reasons, reasons, verdict
from records.refusal import Reason

_PAGE: Mapping[str, str] = {
    "档案证明核验": "Verify a certificate",
    "兰": "兰",
    "标准版": "Normal size",
    "长辈版": "Large type",
    "中文": "中文",
    "这份证明是真的吗？": "Is this certificate genuine?",
    "扫纸面上的二维码，核验在本机完成。": "Scan the paper's QR code; it is checked on this device.",
    "扫码核验": "Scan the QR code",
    "选择照片": "Choose a photo",
    "选择 PDF": "Choose a PDF",
    "也可以把照片或 PDF 拖到这里。": "Or drop a photo or a PDF here.",
    "摄像头": "Camera",
    "对准二维码，保持 15 厘米左右，避开反光。": "Hold it about 15 cm away, without glare.",
    "停止": "Stop",
    "输入编号核验": "Verify by number",
    "没有摄像头也可以核验：编号和核验码印在证明上。": (
        "No camera is needed: number and check code are printed on the certificate."
    ),
    "证明编号": "Number",
    "核验码": "Check code",
    "核验": "Verify",
    "离线使用": "Use without a network",
    "保存扫码部件和各馆状态名单，断网也能核验签名；名单有多旧会写在结果里。": (
        "Keeps the scanner and every archive's status list, so that signatures can be checked "
        "without a network; the result says how old the list is."
    ),
    "保存到本机": "Keep on this device",
    "此浏览器不能离线保存，请用系统浏览器打开本页。": (
        "This browser cannot keep pages; open this one in the system's own browser."
    ),
    "本机未启用脚本，扫码结果不能显示：": "Scripts are off, so a scanned code cannot be shown: ",
    "请用编号和核验码核验": "verify by number and check code",
    "二维码核验在本机完成，二维码内容不会发送到服务器。"
    "本页只说明证明由该档案馆出具且未被改动，不代替接收单位审核。": (
        "The QR code is checked on this device; what it says is never sent to the server. This "
        "page tells only that the archive issued the certificate and that it was not altered; "
        "whoever receives it still judges it."
    ),
    "根密钥指纹": "Root fingerprint",
    "，应与证明上所印的一致；不一致即为仿冒网页。": (
        ", must be the one printed on the certificate; another one means a false page."
    ),
    "演示数据：样本·无效": "Demonstration data: sample, not valid",
    "请与纸面逐项比对，任何一项不符即为变造": (
        "Compare each item with the paper; one that differs means a forgery"
    ),
    "有一项与纸面不符": "One item differs from the paper",
    "输入二维码旁的核验码，与纸面逐项比对": (
        "Type the check code beside the QR code, then compare with the paper"
    ),
    "比对内容": "Show the contents",
    "核验码不符，请对照纸面重新输入；仍不符，二维码可能不属于这张纸": (
        "The code does not fit: type it again from the paper; if it still does not, the QR code "
        "may belong to another paper"
    ),
    "再核验一份": "Verify another one",
    "出具单位": "Issued by",
    "种类": "Kind",
    "当事人": "Persons",
    "出证时间": "Issued at",
    "页数": "Pages",
    "合并指纹": "Joint fingerprint",
    "档案证明（摘录）": "Certificate of record (extract)",
    "复制件证明": "Certified copy",
    "未查见档案记录证明": "Certificate of no record found",
    "记载不一致说明": "Statement on differing entries",
    "不予提供（补正）告知书": "Notice of refusal or completion",
    "转办告知书": "Notice of referral",
    "查档结果汇总单": "Cover sheet of results",
    "撤销公告": "Notice of revocation",
    "深度核验（发送文件）": "Check the seal (sends the file)",
    "签章须在服务器上核验": "The seal is checked on the server",
    "文件的签章要在服务器上核验": "The file's seal has to be checked on the server",
    "本机已核对二维码与存证。要核验整个文件的签章，"
    "须把这份 PDF 发送到本核验站；核验后立即丢弃，不保存、不记录。": (
        "QR code and log were checked on this device. To check the seal over the whole file, the "
        "PDF has to be sent to this site; it is thrown away at once, neither kept nor noted."
    ),
    "正在核验…": "Checking…",
    "正在核对": "being checked",
    "未输入核验码": "no check code typed",
    "已用核验码打开，请与纸面逐项比对": "opened with the check code; compare with the paper",
    "核对人指出纸面与二维码所载不符": "the person found a difference between paper and QR code",
    "内容显示三分钟后已隐去": "hidden again after three minutes",
    "文件自含内容": "the file contains its contents",
    "文件签章未核验": "the file's seal was not checked",
    "文件摘要与存证链一致，一字节未改": "the file's digest is in the log: not a byte was changed",
    "文件所载与二维码不符": "the file says something else than the QR code",
    "二维码不是核验地址": "the QR code is no verify address",
    "二维码与文件内容一致": english.STEPS[6],
    "不是本系统出具的文件": "no file of this system",
    "不是照片或 PDF 文件": "neither a photo nor a PDF",
    "文件超过 20 MB": "larger than 20 MB",
    "附件过大": "attachment too large",
    "照片中没有认出二维码：请靠近、放平、避开反光后重拍": (
        "No QR code was found in the photo: closer, flat, without glare"
    ),
    "没有摄像头或未获允许：请在浏览器设置中允许使用摄像头并重试，或改为选择照片。": (
        "No camera, or not allowed: allow it in the browser's settings, or choose a photo."
    ),
    "浏览器过旧或连接不安全，请用编号核验": "browser too old or not secure; verify by number",
    "部件未能载入，请联网后重试": "could not be loaded; try again with a network",
    "未能保存，请联网重试": "Could not be kept; try again with a network",
    "未能全部保存，请联网重试": "Not all could be kept; try again with a network",
    "未能送达，请稍后重试": "did not arrive; try again later",
    "未联网，且本机没有名单": "no network, and no list on this device",
    "离线，未能核对是否撤销": "no network: whether it was revoked could not be checked",
    "尚未见证": "not yet witnessed",
    "没有状态名单": "no status list",
    "状态名单不成立": "the status list does not hold",
    "状态名单被退回旧版": "the status list was rolled back",
    "状态名单过旧": "the status list is too old",
    "已撤销": "revoked",
    "暂停使用": "suspended",
    "已由新证替代": "replaced",
    "信任名单被退回旧版": "the trust list was rolled back",
    "信任名单已过期，请联网更新": "the trust list has expired; fetch a new one",
    "信任名单中没有该馆": "this archive is not on the trust list",
    "该馆不在册": "this archive is no member",
    "名单不认此签名套件": "the list does not allow this suite",
    "密钥声明不成立": "the key statement does not hold",
    "密钥未经该馆声明": "the archive has not stated this key",
    "密钥编号不符": "the key's name does not fit",
    "签名不足": "too few signatures",
    "存证未核对": "the log was not checked",
    "存证链中没有这份证明": "the log does not have this certificate",
    "存证与二维码不符": "the log says something else than the QR code",
    "存证签名不成立": "the log's signature does not hold",
    "存证未由该馆签名": "the log is not signed by the archive",
    "存证路径不符": "the log's proof does not lead to its root",
    "见证签名不成立": "a witness's signature does not hold",
    "前面的步骤未通过": "an earlier step failed",
    "同一编号一小时内最多查询五次": "five questions an hour for one number",
    "没有可用的二维码密钥声明（keys.json）": "no key statement for QR codes (keys.json)",
    "用途与出证时不同": "another purpose than at issue",
}
_FORMS: tuple[tuple[str, str], ...] = (
    (r"^由(.+)出具$", "Issued by $1"),
    (r"^(\d+) 页$", "$1"),
    (r"^第 (\d+) 页指纹$", "Fingerprint $1"),
    (r"^(\d+) 小时前$", "$1 h ago"),
    (r"^(\d+) 天前$", "$1 days ago"),
    (r"^截至 (.+)$", "as of $1"),
    (r"^名单截至 (.+)$", "lists as of $1"),
    (r"^已可离线使用$", "Works without a network now"),
    (r"^新证编号 (.+)$", "new number $1"),
    (r"^二维码指向 (.+)$", "the QR code points to $1"),
    (r"^不是官方核验入口$", "not the official address"),
    (r"^位置 (\d+)$", "position $1"),
    (r"^尚未见证：(\d+)/(\d+)$", "not yet witnessed: $1 of $2"),
    (r"^名单要求 (\d+)$", "the list demands $1"),
    (r"^(\d+)/(\d+) 馆见证$", "witnessed by $1 of $2 archives"),
    (r"^出证已超过 (\d+) 天$", "issued more than $1 days ago"),
    (r"^(.+) 已存在$", "existed on $1"),
)
"""For the parts of a sentence between its stops; written so that both languages read them."""
_STOPS = "[，；（）]"


def _whole() -> dict[str, str]:
    said = (*vars(reasons).values(), *vars(order_reasons).values())
    words: dict[str, str] = {one.zh: one.en for one in said if isinstance(one, Reason)}
    words.update(_PAGE)
    for code, (_genuine, banner) in verdict.MEANING.items():
        words.setdefault(banner, english.BANNERS[code])
        words.setdefault(advice.ADVICE[code], english.ADVICE[code])
    words |= {chinese: english.STEPS[int(step)] for step, chinese in verdict.WORDS.items()}
    words[verdict.UNWITNESSED] = english.UNWITNESSED_BANNER
    words[advice.UNWITNESSED_ADVICE] = english.UNWITNESSED_ADVICE
    return words


WORDS: Mapping[str, str] = _whole()


def translate(chinese: str) -> str:
    """The sentence in English, part by part where it has numbers; unknown words stay."""
    if chinese in WORDS:
        return WORDS[chinese]
    return ", ".join(_part(part) for part in re.split(_STOPS, chinese) if part)


def _part(part: str) -> str:
    if part in WORDS:
        return WORDS[part]
    for form, said in _FORMS:
        if re.match(form, part):
            return re.sub(form, said.replace("$", "\\"), part)
    return part


def english_script() -> bytes:
    """The same for the browser: /english.js."""
    content = {"words": WORDS, "forms": _FORMS, "stops": _STOPS}
    return f"globalThis.ENGLISH = {json.dumps(content, ensure_ascii=False)};\n".encode()
