// The QR token, its facts under the 核验码, and whose key signed it. Part of verify.js.
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const EXTRACT = -70001;
const STATUS_TYPE = "application/statuslist+cwt";

function parseSigned(data, type) {
  try {
    const whole = cbor(data), [prot, open, payload, signature] = whole, header = cbor(prot);
    const kind = header.get(16) || "", known = [...header.keys()].every((key) => [1, 4, 16].includes(key));
    if (whole.length !== 4 || !known || header.get(1) !== -7 || open.size !== 0 || signature.length !== 64 || kind !== type) throw new Failure("V08");
    const label = text.encode("Signature1");
    const signed = concat([0x84], cborHead(3, label.length), label, cborHead(2, prot.length), prot, [0x40], cborHead(2, payload.length), payload);
    return { claims: cbor(payload), kid: hex(header.get(4)), signature, signed };
  } catch (error) { throw error instanceof Failure ? error : new Failure("V08"); }
}
function parseToken(data) {
  const parsed = parseSigned(data, ""), claims = parsed.claims, body = claims.get(EXTRACT);
  const right = data.length <= MOST_TOKEN_BYTES && claims.size === 4 && Array.isArray(body) && body.length === 9
    && body[0] === 1 && /^\d{6}$/.test(claims.get(1)) && claims.get(7).length === 10 && body[1] >= 1 && body[1] <= 8
    && body[4] >= 1 && body[5].length === 8 * (body[4] <= 3 ? body[4] : 1) && body[6] < 1 << 20 && body[8].length >= 16;
  if (!right) throw new Failure("V08");
  const [, template, [year, serial], names, pages, digests, place, index, sealed] = body, archive = claims.get(1);
  return { parsed, data, archive, issued: claims.get(6), id: claims.get(7), template, names, pages, digests, place, index,
    sealed, number: `${archive}-${year}-${String(serial).padStart(6, "0")}` };
}
// Checks a COSE signature under the QR keys that the archive's authority stated: V03, V02.
async function verifySigned(parsed, archive, at, trust) {
  let known = null;
  for (const entry of trust.keys.archives.filter((one) => one.archive_code === archive)) {
    try {
      const stated = await openKeyStatement(entry.statement, trust.list, "qr", archive, at);
      if (hex((await sha256(stated.spki)).slice(0, 4)) === parsed.kid) known = stated;
    } catch (error) { if (!(error instanceof Failure)) throw error; }
  }
  if (!known) throw new Failure("V03", "密钥未经该馆声明");
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("spki", known.spki, curve, false, ["verify"]);
  if (!await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, parsed.signature, parsed.signed)) throw new Failure("V02");
  return known.name;
}

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
