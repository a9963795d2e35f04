// What is published: trust list and keys, the archive's whole status list, and a log file that
// covers 256 certificates. No request names a certificate. Part of verify.js.
const AMBER_SECONDS = 24 * 3600;
const RED_SECONDS = 72 * 3600;
const MOST_LIST_BYTES = 1 << 18;
const SEQUENCE = -70002;

async function published(path) {
  const answer = await fetch(path, { cache: "no-cache", credentials: "omit" });
  if (!answer.ok) throw new Failure("V99", `${answer.status}`);
  return answer;
}
// The highest version or sequence that this device has seen: what is lower has been rolled back.
function remember(name, number) {
  try {
    const known = Number(localStorage.getItem(`lantai.${name}`) || 0);
    if (number > known) localStorage.setItem(`lantai.${name}`, String(number));
    return Math.max(known, number);
  } catch { return number; }
}
async function loadTrust() {
  const council = JSON.parse(document.getElementById("council").content.textContent);
  const [envelope, keys] = await Promise.all([published("/trust-list.json"), published("/keys.json")].map(async (one) => (await one).json()));
  const list = await openTrustList(envelope, council);
  if (list.version < remember("trust", list.version)) throw new Failure("V03", "信任名单被退回旧版");
  return { list, keys, expired: Date.now() / 1000 >= seconds(list.expires_at) };
}

async function inflate(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    parts.push(step.value);
    size += step.value.length;
    if (size > MOST_LIST_BYTES) throw new Failure("V10", "状态名单不成立");
  }
  if (size !== MOST_LIST_BYTES) throw new Failure("V10", "状态名单不成立");
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
function age(issued) {
  const hours = Math.max(0, Math.floor((Date.now() / 1000 - issued) / 3600));
  return hours < 48 ? `${hours} 小时前` : `${Math.floor(hours / 24)} 天前`;
}
// Which certificate took its place, where the archive's signed file tells it.
async function findReplacement(token, trust) {
  try {
    const data = await (await published(`/status/${token.archive}-replaced.cwt`)).arrayBuffer();
    const parsed = parseSigned(new Uint8Array(data), "application/vnd.lantai.replacements+cwt"), claims = parsed.claims;
    await verifySigned(parsed, token.archive, claims.get(6), trust);
    const found = claims.get(1) === token.archive && claims.get(-70003).get(token.place);
    return found ? `新证编号 ${token.archive}-${found[0]}-${String(found[1]).padStart(6, "0")}，` : "";
  } catch { return ""; }
}
// Step 8. What the list says is final when it is not "valid"; an old list says less than it did.
async function findStatus(token, trust) {
  try {
    const parsed = parseSigned(new Uint8Array(await (await published(`/status/${token.archive}.cwt`)).arrayBuffer()), STATUS_TYPE);
    const claims = parsed.claims, body = claims.get(65533), issued = claims.get(6);
    await verifySigned(parsed, token.archive, issued, trust);
    if (claims.get(1) !== token.archive || body.get("bits") !== 2) throw new Failure("V10", "状态名单不成立");
    const value = (await inflate(body.get("lst")))[token.place >> 2] >> (token.place % 4 * 2) & 3;
    const asOf = `截至 ${local(issued)}（${age(issued)}）`, old = Date.now() / 1000 - issued;
    const sequence = claims.has(SEQUENCE) ? claims.get(SEQUENCE)[0] : 0;
    // Remembered whatever the list says about this certificate.
    const rolledBack = sequence < remember(`status.${token.archive}`, sequence);
    if (value === 3) return { ok: false, verdict: "V05", detail: `${await findReplacement(token, trust)}${asOf}` };
    if (value) return { ok: false, verdict: ["", "V04", "V12", "V05"][value], detail: asOf };
    if (rolledBack) return { ok: null, verdict: "V10", grave: true, detail: `状态名单被退回旧版，${asOf}` };
    if (old > AMBER_SECONDS) return { ok: null, verdict: "V10", grave: old > RED_SECONDS, detail: `状态名单过旧，${asOf}` };
    return { ok: true, detail: asOf };
  } catch (error) {
    const known = error instanceof Failure && error.code !== "V99";
    return { ok: null, verdict: "V10", detail: known ? "状态名单不成立" : "离线，未能核对是否撤销" };
  }
}

async function merkleRoot(index, size, leaf, path) {
  const node = (a, b) => sha256(concat([1], a, b));
  let fn = index, sn = size - 1, root = leaf;
  for (const sibling of path) {
    if (sn === 0) throw new Failure("V13");
    if (fn % 2 === 1 || fn === sn) {
      root = await node(sibling, root);
      while (fn % 2 === 0 && fn !== 0) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
    } else root = await node(root, sibling);
    fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
  }
  if (sn !== 0) throw new Failure("V13");
  return root;
}
async function openProof(entry, token, list) {
  const { spki } = await openKeyStatement(entry.log_key, list, "log", token.archive, token.issued);
  const cut = entry.proof.indexOf("\n\n"), lines = entry.proof.slice(0, cut).split("\n");
  const origin = `${list.trust_domain}/log/${token.archive}`;
  // The last 32 bytes of an Ed25519 SubjectPublicKeyInfo are the key.
  const [name, size, root] = (await openNote(entry.proof.slice(cut + 2), origin, spki.slice(-32))).split("\n");
  const leaf = fromBase64(lines[1].replace(/^extra /, "")), said = JSON.parse(new TextDecoder().decode(leaf));
  const path = lines.slice(3).map(fromBase64), index = Number(lines[2].replace(/^index /, ""));
  if (name !== origin || !(index < Number(size))) throw new Failure("V13");
  const found = await merkleRoot(index, Number(size), await sha256(concat([0], leaf)), path);
  if (!same(found, fromBase64(root))) throw new Failure("V13", "存证路径不符");
  return { said, index };
}
// Step 7. Absent is red; unreachable is "not checked".
async function findLeaf(token, trust) {
  try {
    const answer = await fetch(`/log/${token.archive}/${Math.floor(token.index / 256)}.json`, { cache: "no-cache", credentials: "omit" });
    if (answer.status >= 500) throw new TypeError("unreachable");
    const entry = answer.ok ? (await answer.json()).proofs[String(token.index)] : null;
    if (!entry) throw new Failure("V13", "存证链中没有这份证明");
    const { said, index } = await openProof(entry, token, trust.list);
    if (index !== token.index || said.kind !== "certificate" || said.number !== token.number || said.token_sha256 !== hex(await sha256(token.data))) throw new Failure("V13", "存证与二维码不符");
    return await witnessed(entry, token, trust.list);
  } catch (error) {
    // No network, or a page of somebody's gateway instead of our file.
    if (error instanceof TypeError || error instanceof SyntaxError) return { ok: null, verdict: "V10", detail: "存证未核对" };
    return { ok: false, verdict: "V13", detail: error instanceof Failure ? error.detail : "" };
  }
}
