// Looks at a PDF in this browser: its QR token, its words, its digest in the log. The seal's own
// signature (PAdES) is checked by the server only, and only when the person sends the file.
"use strict";
const MOST_PDF_BYTES = 20 * 1024 * 1024;
const MOST_ATTACHMENT_BYTES = 1 << 20;

async function inflateAll(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader(), parts = [];
  let size = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    parts.push(step.value);
    size += step.value.length;
    if (size > MOST_ATTACHMENT_BYTES) throw new Failure("V06", "附件过大");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
// Every embedded file of the PDF, unpacked. A stream is never inside an object stream, so its
// dictionary can be found without reading the cross-reference table.
async function embeddedFiles(data) {
  const ascii = new TextDecoder("latin1").decode(data), found = [];
  for (const match of ascii.matchAll(/\/EmbeddedFile\b/g)) {
    const open = ascii.lastIndexOf(" obj", match.index), begin = ascii.indexOf("stream", match.index), header = ascii.slice(open, begin);
    const length = /\/Length (\d+)\b(?! \d+ R)/.exec(header);
    if (open < 0 || begin < 0 || header.includes("endobj") || !length) continue;
    const from = begin + (ascii.startsWith("\r\n", begin + 6) ? 8 : 7), raw = data.slice(from, from + Number(length[1]));
    try { found.push(header.includes("/FlateDecode") ? await inflateAll(raw) : raw); } catch { /* no attachment of ours */ }
  }
  return found;
}
function asExtract(bytes) {
  try {
    const said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return said && said.schema === "lantai/extract/1" ? said : null;
  } catch { return null; }
}
function asToken(bytes) {
  if (bytes.length > MOST_TOKEN_BYTES || bytes[0] !== 0x84) return null;
  try { parseToken(bytes); return bytes; } catch { return null; }
}
// Page fingerprints: docs/certificate.md §3.
async function digestsOf(extract) {
  const each = [];
  for (const [at, page] of extract.pages.entries()) {
    const lines = ["lantai/page/1", extract.number, `${at + 1}/${extract.pages.length}`, page.kind, ...page.lines];
    each.push((await sha256(text.encode(lines.join("\n")))).slice(0, 8));
  }
  return each.length <= 3 ? concat(...each) : (await sha256(concat(...each))).slice(0, 8);
}
async function checkAgreement(extract, token) {
  const issued = seconds(extract.issued_at) === token.issued, digests = await digestsOf(extract);
  const right = issued && extract.number === token.number && extract.template === `T${token.template}` && extract.log_index === token.index
    && extract.token_sha256 === hex(await sha256(token.data)) && extract.pages.length === token.pages && same(digests, token.digests);
  if (!right) throw new Failure("V14", "文件所载与二维码不符");
}
// Whether the log of the archive holds the digest of exactly these bytes.
async function isLogged(data, token, list) {
  const answer = await fetch(`/log/${token.archive}/${Math.floor(token.index / 256)}.json`, { credentials: "omit" });
  const entry = answer.ok ? (await answer.json()).proofs[String(token.index)] : null;
  if (!entry || !entry.file_proof) return false;
  const { said } = await openProof({ proof: entry.file_proof, log_key: entry.log_key }, token, list);
  return said.kind === "certificate_file" && said.number === token.number && said.file_sha256 === hex(await sha256(data));
}
async function verifyPDF(file, begun) {
  if (file.size > MOST_PDF_BYTES) throw new Failure("V99", "文件超过 20 MB");
  const data = new Uint8Array(await file.arrayBuffer()), files = await embeddedFiles(data);
  const extract = files.map(asExtract).find(Boolean), cose = files.map(asToken).find(Boolean);
  if (!extract || !cose) throw new Failure("V08", "不是本系统出具的文件");
  begun.findings[9] = { ok: null, verdict: "V09", detail: "文件签章未核验" };
  await verifyToken(cose, begun);
  await checkAgreement(extract, begun.token);
  begun.findings[6] = { ok: true };
  const logged = await isLogged(data, begun.token, begun.trust.list).catch(() => false);
  begun.findings[2] = logged ? { ok: true, detail: "文件摘要与存证链一致，一字节未改" } : { ok: null, verdict: "V09", detail: "文件签章未核验" };
  if (logged) begun.findings[9] = { ok: true, detail: "文件自含内容" };
  else begun.offerUpload = true;
  if (state === begun) draw();
}
async function sendFile(button) {
  const begun = state;
  button.disabled = true;
  button.textContent = t("正在核验…");
  try {
    const answer = await fetch("/api/verify", { method: "POST", headers: { "Content-Type": "application/pdf" }, body: begun.file, credentials: "omit" });
    const said = await answer.json();
    begun.findings = {};
    for (const step of said.steps) begun.findings[step.n] = { ok: step.ok, verdict: said.verdict, detail: step.detail, grave: step.grave };
    Object.assign(begun, { verdict: said.verdict, offerUpload: false });
  } catch { begun.findings[2] = { ok: null, verdict: "V99", detail: "未能送达，请稍后重试" }; }
  if (state === begun) draw();
}
