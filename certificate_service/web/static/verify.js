// Verifies a certificate's QR token in this browser. What stands behind "#" is never sent anywhere:
// the only requests are for keys.json, an archive's whole status list, and a log file that covers
// 256 certificates. Formats: docs/certificate.md. No dependencies.
"use strict";

const DIGITS = [0, 3, 5, 8, 10, 13, 15, 17, 20, 22, 25, 27, 29, 32, 34, 37, 39, 41];
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const EXTRACT = -70001;
const STATUS_TYPE = "application/statuslist+cwt";
const FRESH_SECONDS = 24 * 3600;
const TEMPLATES = ["", "档案证明（摘录）", "复制件证明", "未查见档案记录证明", "记载不一致说明",
  "不予提供（补正）告知书", "转办告知书"];
const MEANING = {
  V00: ["ok", "证明真实有效，内容已比对"], V02: ["bad", "签名不成立，请勿采信"],
  V03: ["bad", "出具单位不受信任，请勿采信"], V04: ["bad", "证明已撤销"], V05: ["bad", "证明已由新证替代"],
  V08: ["bad", "不是本系统的二维码"], V09: ["warn", "签章真实，内容未核对"],
  V10: ["warn", "内容已比对，但未能核对是否已撤销"], V12: ["bad", "证明暂停使用"],
  V13: ["bad", "未存证，请勿采信"], V99: ["warn", "暂时无法核验"],
};
const text = new TextEncoder();
class Failure extends Error { constructor(code, detail) { super(detail || code); this.code = code; } }

// ---- bytes ---------------------------------------------------------------------------------
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const fromBase64 = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));
const concat = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
const same = (a, b) => a.length === b.length && a.every((v, i) => v === b[i]);
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

function fromDigits(digits) {
  if (!/^\d{3,1500}$/.test(digits)) throw new Failure("V08");
  const out = [];
  for (let at = 0; at < digits.length; at += 41) {
    const group = digits.slice(at, at + 41), size = DIGITS.indexOf(group.length);
    if (size < 1) throw new Failure("V08");
    let value = BigInt(group);
    const bytes = [];
    for (let i = 0; i < size; i++) { bytes.unshift(Number(value & 255n)); value >>= 8n; }
    if (value) throw new Failure("V08");
    out.push(...bytes);
  }
  return Uint8Array.from(out);
}

// ---- deterministic CBOR (RFC 8949 4.2): shortest heads, sorted unique keys, nothing behind ---
function cbor(data) {
  let at = 0;
  const need = (n) => { if (at + n > data.length) throw new Failure("V08"); };
  function head() {
    need(1);
    const first = data[at++], major = first >> 5, low = first & 31;
    if (low < 24) return [major, low];
    if (low > 27) throw new Failure("V08");
    const size = 1 << (low - 24);
    need(size);
    let value = 0n;
    for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(data[at++]);
    const least = size === 1 ? 24n : 1n << BigInt(size * 4);
    if (value < least || value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Failure("V08");
    return [major, Number(value)];
  }
  function item(depth) {
    if (depth > 8) throw new Failure("V08");
    const [major, value] = head();
    if (major === 0) return value;
    if (major === 1) return -1 - value;
    if (major === 2 || major === 3) {
      need(value);
      const bytes = data.slice(at, at + value);
      at += value;
      return major === 2 ? bytes : new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    }
    if (major === 4) { const list = []; for (let i = 0; i < value; i++) list.push(item(depth + 1)); return list; }
    if (major === 5) {
      const map = new Map();
      let before = null;
      for (let i = 0; i < value; i++) {
        const from = at, key = item(depth + 1), coded = hex(data.slice(from, at));
        if (before !== null && !(before.length < coded.length || (before.length === coded.length && before < coded))) throw new Failure("V08");
        before = coded;
        map.set(key, item(depth + 1));
      }
      return map;
    }
    throw new Failure("V08");
  }
  const result = item(0);
  if (at !== data.length) throw new Failure("V08");
  return result;
}
function cborHead(major, n) {
  if (n < 24) return [major << 5 | n];
  if (n < 256) return [major << 5 | 24, n];
  if (n < 65536) return [major << 5 | 25, n >> 8, n & 255];
  return [major << 5 | 26, n >>> 24, n >> 16 & 255, n >> 8 & 255, n & 255];
}

// ---- COSE_Sign1 ------------------------------------------------------------------------------
function parseSigned(data, type) {
  try {
    const [prot, open, payload, signature] = cbor(data), header = cbor(prot);
    const kind = header.get(16) || "";
    if (header.get(1) !== -7 || open.size !== 0 || signature.length !== 64 || kind !== type) throw new Failure("V08");
    const label = text.encode("Signature1");
    const signed = concat([0x84], cborHead(3, label.length), label, cborHead(2, prot.length), prot, [0x40], cborHead(2, payload.length), payload);
    return { claims: cbor(payload), kid: hex(header.get(4)), signature, signed };
  } catch (error) { throw error instanceof Failure ? error : new Failure("V08"); }
}
async function verifySigned(parsed, archive, keys) {
  const when = parsed.claims.get(6);
  const entry = keys.archives.find((k) => k.kid === parsed.kid && k.archive_code === archive && k.not_before <= when && when < k.not_after);
  if (!entry) throw new Failure("V03");
  const key = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x: entry.x, y: entry.y }, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  if (!await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, parsed.signature, parsed.signed)) throw new Failure("V02");
  return entry;
}

// ---- facts under the code --------------------------------------------------------------------
function readCode(typed) {
  const code = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1").replace(/U/g, "V");
  if (code.length !== 10) return null;
  let total = 0;
  for (const c of code.slice(0, 9)) {
    const value = CROCKFORD.indexOf(c);
    if (value < 0) return null;
    total = (total ^ value) << 1;
    if (total & 32) total ^= 37;
  }
  return CROCKFORD[total] === code[9] ? code : null;
}
async function openFacts(sealed, code, id) {
  const base = await crypto.subtle.importKey("raw", text.encode(code), "PBKDF2", false, ["deriveKey"]);
  const salt = concat(text.encode("LTv1"), id);
  const key = await crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: 100000 }, base, { name: "AES-GCM", length: 128 }, false, ["decrypt"]);
  return cbor(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, sealed)));
}

// ---- status and log --------------------------------------------------------------------------
async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
async function lookUpStatus(archive, place, keys) {
  const answer = await fetch(`/status/${archive}.cwt`, { cache: "no-cache" });
  if (!answer.ok) throw new Error("没有状态名单");
  const parsed = parseSigned(new Uint8Array(await answer.arrayBuffer()), STATUS_TYPE);
  await verifySigned(parsed, archive, keys);
  const body = parsed.claims.get(65533), issued = parsed.claims.get(6);
  if (parsed.claims.get(1) !== archive || body.get("bits") !== 2) throw new Error("状态名单不成立");
  const packed = await inflate(body.get("lst"));
  return { value: packed[place >> 2] >> (place % 4 * 2) & 3, issued };
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
async function lookUpLog(archive, index, number, token, domain) {
  const answer = await fetch(`/log/${archive}/${Math.floor(index / 256)}.json`, { cache: "no-cache" });
  if (answer.status === 404) throw new Failure("V13", "存证文件不存在");
  const entry = (await answer.json()).proofs[String(index)];
  if (!entry) throw new Failure("V13", "没有这份证明的存证");
  const [head, note] = [entry.proof.slice(0, entry.proof.indexOf("\n\n")), entry.proof.slice(entry.proof.indexOf("\n\n") + 2)];
  const lines = head.split("\n"), leaf = fromBase64(lines[1].slice(6)), said = JSON.parse(new TextDecoder().decode(leaf));
  const [origin, size, root] = note.split("\n");
  if (lines[2] !== `index ${index}` || origin !== `${domain}/log/${archive}`) throw new Failure("V13");
  if (said.kind !== "certificate" || said.number !== number || said.token_sha256 !== hex(await sha256(token))) throw new Failure("V13");
  const found = await merkleRoot(index, Number(size), await sha256(concat([0], leaf)), lines.slice(3).map(fromBase64));
  if (!same(found, fromBase64(root))) throw new Failure("V13");
}

// ---- the page --------------------------------------------------------------------------------
const el = (name, className, content) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
};
const state = { code: "V99", steps: [], rows: [], facts: null, sample: false };

function draw() {
  const [colour, words] = MEANING[state.code], place = document.getElementById("result");
  const banner = el("section", `banner ${colour}`), said = el("div");
  banner.append(Object.assign(el("span", "sign", { ok: "✓", bad: "✕", warn: "!" }[colour]), { ariaHidden: "true" }), said);
  said.append(el("h1", "", words), el("p", "", state.code));
  const parts = [banner];
  if (state.sample) parts.push(el("p", "sample", "演示数据：样本·无效"));
  if (colour !== "bad" || state.rows.length === 2) parts.push(drawRows());
  if (state.facts) parts.push(drawFacts());
  else if (state.code === "V09") parts.push(drawCodeForm());
  parts.push(drawSteps());
  const typed = document.getElementById("compare");
  place.replaceChildren(...parts);
  const again = document.getElementById("compare");
  // Status and log arrive while somebody is typing: what was typed stays.
  if (typed && again) { again.value = typed.value; if (typed.dataset.used) again.focus(); }
  document.title = `${words} · 档案证明核验`;
}
function drawRows() {
  const list = el("dl", "card");
  for (const [label, value] of state.rows) {
    const row = el("div");
    row.append(el("dt", "", label), el("dd", "", value));
    list.append(row);
  }
  return list;
}
function drawFacts() {
  const card = el("section", "card"), list = el("ol", "facts");
  card.append(el("h2", "", "请与纸面逐项比对，任何一项不符即为变造"), list);
  for (const fact of state.facts) {
    const line = el("li", "", fact);
    // A phone may lack the glyph of a rare name: say which character it is.
    const rare = Array.from(fact).filter((c) => c.codePointAt(0) > 0xffff);
    if (rare.length) line.append(el("small", "", rare.map((c) => `${c} U+${c.codePointAt(0).toString(16).toUpperCase()}`).join("　")));
    list.append(line);
  }
  return card;
}
function drawCodeForm() {
  const form = el("form", "card"), label = el("label", "", "输入二维码旁的核验码，与纸面逐项比对"), input = el("input"), wrong = el("p", "wrong");
  input.id = "compare"; label.htmlFor = "compare"; input.maxLength = 16; input.autocomplete = "off"; input.required = true;
  input.addEventListener("input", () => { input.dataset.used = "1"; });
  form.append(label, input, wrong, el("button", "primary", "比对内容"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = readCode(input.value);
    wrong.textContent = "";
    try {
      if (!code) throw new Error();
      state.facts = await openFacts(state.sealed, code, state.id);
      decide();
    } catch { wrong.textContent = "核验码不符，请对照纸面重新输入"; }
  });
  return form;
}
function drawSteps() {
  const list = el("ul", "card steps");
  for (const [ok, words, detail] of state.steps) {
    const line = el("li", ok === true ? "ok" : ok === false ? "bad" : "warn");
    line.append(Object.assign(el("span", "", ok === true ? "✓" : ok === false ? "✕" : "!"), { ariaHidden: "true" }), ` ${words}`);
    if (detail) line.append(el("small", "", detail));
    list.append(line);
  }
  return list;
}
const local = (seconds) => new Date(seconds * 1000).toLocaleString("zh-CN", { hour12: false });

// Green only after the facts were opened; then status and log must hold as well.
function decide() {
  const failed = [state.log, state.status].find((one) => one && one.code);
  if (failed) state.code = failed.code;
  else if (!state.facts) state.code = "V09";
  else state.code = state.status && state.status.ok && state.log && state.log.ok ? "V00" : "V10";
  if (MEANING[state.code][0] === "bad") { state.rows = state.rows.slice(0, 2); state.facts = null; }
  const steps = state.steps.slice(0, 1);
  steps.push(state.log ? [state.log.code ? false : state.log.ok || null, "已写入出证馆的存证链", state.log.detail] : [null, "存证核对中"]);
  steps.push(state.status ? [state.status.code ? false : state.status.ok || null, "未撤销、未换发", state.status.detail] : [null, "状态核对中"]);
  steps.push([state.facts ? true : null, "内容已比对", state.facts ? "" : "未输入核验码"]);
  state.steps = steps;
  draw();
}
async function checkStatus(archive, place, keys) {
  try {
    const found = await lookUpStatus(archive, place, keys), asOf = `截至 ${local(found.issued)}`;
    if (found.value) return { code: ["", "V04", "V12", "V05"][found.value], detail: asOf };
    const old = Date.now() / 1000 - found.issued > FRESH_SECONDS;
    return old ? { detail: `状态名单过旧，${asOf}` } : { ok: true, detail: asOf };
  } catch { return { detail: "离线，未能核对是否撤销" }; }
}
async function checkLog(...what) {
  try { await lookUpLog(...what); return { ok: true, detail: `位置 ${what[1]}` }; } catch (error) {
    return error instanceof TypeError || error instanceof SyntaxError ? { detail: "存证未核对" } : { code: "V13", detail: error.message };
  }
}
async function verify(digits) {
  const token = fromDigits(digits), parsed = parseSigned(token, ""), claims = parsed.claims, body = claims.get(EXTRACT);
  if (claims.size !== 4 || !Array.isArray(body) || body.length !== 9 || body[0] !== 1) throw new Failure("V08");
  const answer = await fetch("/keys.json", { cache: "no-cache" });
  if (!answer.ok) throw new Failure("V99");
  const keys = await answer.json(), archive = claims.get(1), entry = await verifySigned(parsed, archive, keys);
  const [, template, [year, serial], names, pages, digests, place, index, sealed] = body;
  const number = `${archive}-${year}-${String(serial).padStart(6, "0")}`;
  Object.assign(state, { sealed, id: claims.get(7), sample: keys.trust_domain.endsWith(".invalid") });
  state.rows = [["证明编号", number], ["出具单位", entry.name], ["种类", TEMPLATES[template] || "档案证明"],
    ["出证时间", local(claims.get(6))], ["当事人", names.replace(/\|/g, " ／ ")], ["页数", `${pages} 页`]];
  const marks = hex(digests).toUpperCase().match(/.{16}/g).map((one) => one.match(/.{4}/g).join("-"));
  marks.forEach((mark, page) => state.rows.push([marks.length === pages ? `第${page + 1}页指纹` : "合并指纹", mark]));
  state.steps = [[true, "二维码签名正确，密钥由该馆授权"]];
  decide();
  checkLog(archive, index, number, token, keys.trust_domain).then((found) => { state.log = found; decide(); });
  checkStatus(archive, place, keys).then((found) => { state.status = found; decide(); });
}
async function start() {
  const size = document.getElementById("size"), root = document.documentElement, place = document.getElementById("result");
  size.hidden = false;
  size.addEventListener("click", () => {
    const large = root.dataset.size === "large";
    if (large) delete root.dataset.size; else root.dataset.size = "large";
    size.textContent = large ? "长辈版" : "标准版";
  });
  const digits = decodeURIComponent(location.hash.slice(1));
  if (!place || !digits) return;
  Object.assign(state, { steps: [], rows: [], facts: null, log: null, status: null });
  try {
    if (typeof BigInt === "undefined" || !window.crypto || !crypto.subtle) throw new Failure("V99", "浏览器过旧或连接不安全，请用编号核验");
    await verify(digits);
  } catch (error) {
    state.code = error instanceof Failure && MEANING[error.code] ? error.code : "V99";
    state.rows = [];
    state.steps = [[MEANING[state.code][0] === "bad" ? false : null, MEANING[state.code][1], state.code === "V99" ? "请检查网络后重试，或输入编号核验" : "请联系证明上所列的档案馆"]];
    draw();
  }
}
if (typeof document !== "undefined") {
  start();
  window.addEventListener("hashchange", () => location.reload());
}
