// From the council's keys, pinned in this page, down to an archive's QR key and log key: the same
// chain that lantai-certificate verify follows (docs/certificate.md §5). Part of verify.js.
const SUITE = "LT-1";
const STATEMENT_TYPE = "application/vnd.lantai.key-statement.v1+json";
const TRUST_LIST_TYPE = "application/vnd.lantai.trust-list.v1+json";
const SKEW_SECONDS = 60;
const STATED_BY = { qr: "authority", log: "node" };

// The payload, as an object, if `threshold` different keys (kid → raw key) signed these bytes. A
// wrong signature of a known key refuses the whole, as everywhere in Lantai Link.
async function openEnvelope(envelope, type, keys, threshold) {
  const kind = text.encode(envelope.payloadType), payload = fromBase64(envelope.payload);
  const message = concat(text.encode(`DSSEv1 ${kind.length} ${envelope.payloadType} ${payload.length} `), payload);
  const signers = new Set();
  for (const one of envelope.signatures) {
    const key = keys.get(one.keyid);
    if (!key) continue;
    if (one.suite !== SUITE || !await isEd25519(key, fromBase64(one.sig), message)) throw new Failure("V03", "签名不成立");
    signers.add(one.keyid);
  }
  if (envelope.payloadType !== type || signers.size < threshold) throw new Failure("V03", "签名不足");
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
}
async function listedKey(listed) {
  const raw = fromBase64(listed.public_key);
  if (hex((await sha256(raw)).slice(0, 8)) !== listed.kid) throw new Failure("V03", "密钥编号不符");
  return raw;
}

// What a person compares with the paper: 32 hex digits over threshold and keys, in order of kid.
async function rootFingerprint(council) {
  const lines = ["lantai/council/1", String(council.threshold)];
  for (const key of [...council.keys].sort((a, b) => (a.kid < b.kid ? -1 : 1))) lines.push(`${key.kid} ${key.suite} ${key.public_key}`);
  return hex((await sha256(text.encode(lines.join("\n")))).slice(0, 16)).toUpperCase().match(/.{4}/g).join("-");
}
async function openTrustList(envelope, council) {
  const keys = new Map();
  for (const one of council.keys) if (one.suite === SUITE) keys.set(one.kid, await listedKey(one));
  const list = await openEnvelope(envelope, TRUST_LIST_TYPE, keys, council.threshold);
  if (!list.suites.includes(SUITE)) throw new Failure("V03", "名单不认此签名套件");
  return list;
}
const inForce = (key, at) => key.suite === SUITE && seconds(key.not_before) <= at && at < seconds(key.not_after)
  && !(key.revoked_at && at >= seconds(key.revoked_at));

function findArchive(list, code) {
  for (const member of list.members) {
    const archive = member.archives.find((one) => one.archive_code === code);
    if (archive) return { member, archive };
  }
  throw new Failure("V03", "信任名单中没有该馆");
}
// The statement, if who may state such a key did so, and the key was in force at that time.
async function openKeyStatement(envelope, list, use, code, at) {
  const { member, archive } = findArchive(list, code);
  if (member.state !== "active") throw new Failure("V03", "该馆不在册");
  const listed = STATED_BY[use] === "authority" ? [archive.authority_key] : member.sign_keys;
  const keys = new Map();
  for (const one of listed) if (inForce(one, at)) keys.set(one.kid, await listedKey(one));
  const said = await openEnvelope(envelope, STATEMENT_TYPE, keys, 1), spki = fromBase64(said.public_key);
  const right = said.use === use && said.archive_code === code && said.participant_id === member.participant_id
    && hex(await sha256(spki)) === said.spki_sha256
    && seconds(said.not_before) - SKEW_SECONDS <= at && at < seconds(said.not_after);
  if (!right) throw new Failure("V03", "密钥声明不成立");
  return { spki, name: archive.name };
}

// The text of a signed note (C2SP), if the log's key signed it under the log's name.
async function openNote(note, name, raw) {
  const cut = note.lastIndexOf("\n\n"), body = note.slice(0, cut + 1);
  const id = (await sha256(concat(text.encode(`${name}\n`), [1], raw))).slice(0, 4);
  let signed = false;
  for (const line of note.slice(cut + 2).split("\n")) {
    if (!line.startsWith(`— ${name} `)) continue;
    const blob = fromBase64(line.slice(name.length + 3));
    if (!same(blob.slice(0, 4), id)) continue;
    if (!await isEd25519(raw, blob.slice(4), text.encode(body))) throw new Failure("V13", "存证签名不成立");
    signed = true;
  }
  if (!signed) throw new Failure("V13", "存证未由该馆签名");
  return body;
}
