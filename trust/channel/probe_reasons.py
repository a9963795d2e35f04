"""What a connection test finds wrong, layer by layer, with the remedy of that layer."""

from records.refusal import Kind, Reason

PROBE_ADDRESS = Reason(
    "PROBE_ADDRESS",
    Kind.USAGE,
    "地址写法不对，应为 主机:端口",
    "the address is not of the form host:port",
    "请核对 node.toml 中的 registry，或命令中的地址",
    "check `registry` in node.toml, or the address in the command",
)
PROBE_DNS = Reason(
    "PROBE_DNS",
    Kind.UNAVAILABLE,
    "域名无法解析",
    "the host name cannot be resolved",
    "请核对主机名；请网络管理员在本机 DNS 或 hosts 文件中登记",
    "check the name; have it entered in this machine's DNS or hosts file",
)
PROBE_PORT_CLOSED = Reason(
    "PROBE_PORT_CLOSED",
    Kind.UNAVAILABLE,
    "对方主机在线，但该端口没有程序在听",
    "the host answers, but nothing listens on that port",
    "请核对端口（成员 7100，入网 7101）；请对方确认服务已启动",
    "check the port (members 7100, enrolment 7101); ask whether the service is running",
)
PROBE_PORT_SILENT = Reason(
    "PROBE_PORT_SILENT",
    Kind.UNAVAILABLE,
    "连接没有任何回应，多半被防火墙拦截",
    "no answer at all: most likely a firewall in between",
    "请网络管理员放行到该主机和端口的 TCP 出站连接",
    "have outgoing TCP to that host and port allowed",
)
PROBE_NOT_TLS = Reason(
    "PROBE_NOT_TLS",
    Kind.REFUSED,
    "端口上不是本系统的加密服务",
    "what listens there does not speak TLS as our services do",
    "请核对端口；如中间有代理，须为 TLS 透传",
    "check the port; a proxy in between must pass TLS through",
)
PROBE_TLS_VERSION = Reason(
    "PROBE_TLS_VERSION",
    Kind.REFUSED,
    "对方不支持 TLS 1.3",
    "the server does not speak TLS 1.3",
    "请对方升级；如中间有代理，须为 TLS 透传",
    "have it upgraded; a proxy in between must pass TLS through",
)
PROBE_CHAIN = Reason(
    "PROBE_CHAIN",
    Kind.REFUSED,
    "对方证书不能追溯到本联盟的根证书",
    "the server's certificate does not chain to the roots of this federation",
    "请核对邀请所附的根证书文件；可能连到了别处",
    "check the roots file of the invitation; this may be somebody else's server",
)
PROBE_DATES = Reason(
    "PROBE_DATES",
    Kind.REFUSED,
    "对方证书不在有效期内，或本机时钟不对",
    "the server's certificate is out of date, or this machine's clock is wrong",
    "请先校准本机时钟（chronyc 或 timedatectl），再重试",
    "set this machine's clock (chronyc or timedatectl), then try again",
)
PROBE_OTHER_SERVER = Reason(
    "PROBE_OTHER_SERVER",
    Kind.REFUSED,
    "该地址上是联盟的另一个成员",
    "another participant answers at that address",
    "请核对地址与节点标识",
    "check the address and the participant's id",
)
NO_AGREEMENT = Reason(
    "NO_AGREEMENT",
    Kind.UNDECIDED,
    "目录中没有本节点有效的合作协议",
    "the directory has no agreement of this node in force",
    "请与对方馆签署协议并发布；在此之前不能互查",
    "sign an agreement with a partner and publish it; until then nobody may ask",
)
NOT_LISTED_YET = Reason(
    "NOT_LISTED_YET",
    Kind.UNDECIDED,
    "证书已有，但理事会尚未把本节点写入信任列表",
    "enrolled, but the council's trust list does not name this node yet",
    "请把 lantai-node describe 的输出交理事会，等待新列表发布后重试",
    "hand the output of `lantai-node describe` to the council, wait for the next list, try again",
)
NO_STATEMENTS = Reason(
    "NO_STATEMENTS",
    Kind.UNDECIDED,
    "目录中还没有本节点的地址与密钥声明",
    "the directory does not list this node's address and keys yet",
    "请启动 lantai-node serve，约半分钟后重试",
    "start `lantai-node serve`, try again after half a minute",
)
