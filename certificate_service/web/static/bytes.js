// Bytes: digits of the QR code, base64, SHA-256, deterministic CBOR. Part of verify.js.
"use strict";

const DIGITS = [0, 3, 5, 8, 10, 13, 15, 17, 20, 22, 25, 27, 29, 32, 34, 37, 39, 41];
const MOST_TOKEN_BYTES = 300;
const text = new TextEncoder();
class Failure extends Error {
  constructor(code, detail) { super(detail || code); this.code = code; this.detail = detail || ""; }
}

const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
// A sentence in the page's language. /english.js is there before this file where that is English.
const t = (zh) => {
  const english = globalThis.ENGLISH;
  if (!english) return zh;
  const part = (one) => english.words[one] || english.forms.reduce((said, [form, to]) => (said === one ? one.replace(new RegExp(form), to) : said), one);
  return english.words[zh] || zh.split(new RegExp(english.stops)).filter(Boolean).map(part).join(", ");
};
const fromBase64 = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));
const concat = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
const same = (a, b) => a.length === b.length && a.every((v, i) => v === b[i]);
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const seconds = (instant) => Math.floor(Date.parse(instant) / 1000);

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
