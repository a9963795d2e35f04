"""The page for the person who opens an evidence pack; nobody signs it, so its words are fixed."""

README_TEXT = """证据包 EVIDENCE PACK

本包可离线核验，只需联盟理事会公钥：
This pack is verified off line with nothing but the council's public keys:

    lantai-node evidence verify PACK.zip --trust-list trust-list.json

statements/  各方签名的原文 what each side said, as signed
witnessed/   同上，在他馆见证的检查点之下 the same under the checkpoint that other archives cosigned
stamps/      时间戳（RFC 3161）及其存证 the time-stamp over the proofs' checkpoint
proofs/      存证日志的包含证明 proof that each stands in the archive's log (C2SP tlog-proof)
support/     日志公钥、任职书 what the signatures hang from
trust.json   当时的信任名单（理事会签名）the trust list, signed by the council
manifest.json 各文件摘要 digests, and the salts that open the leaves' commitments

格式见 docs/statements.md；亦可用 sha256sum、任意 Ed25519 工具逐项核对。
The formats are in docs/statements.md; sha256sum and any Ed25519 tool will do.
"""

_STAMPS_LINE = (
    "stamps/      时间戳（RFC 3161）及其存证 the time-stamp over the proofs' checkpoint\n"
)
_WITNESSED_LINE = (
    "witnessed/   同上，在他馆见证的检查点之下 "
    "the same under the checkpoint that other archives cosigned\n"
)
_UNWITNESSED_PAGE = README_TEXT.replace(_WITNESSED_LINE, "")
PAGES = (
    README_TEXT.encode(),
    _UNWITNESSED_PAGE.encode(),
    _UNWITNESSED_PAGE.replace(_STAMPS_LINE, "").encode(),
)
"""As it reads now, as it read before packs had witnesses, and before they had time-stamps."""
