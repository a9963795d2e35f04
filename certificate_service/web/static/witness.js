// Step 7, second half: which of the archives that watch this log cosigned the checkpoint (C2SP
// tlog-cosignature). Who watches follows from the log's name and the trust list. Part of verify.js.
const WATCHING = 2;

async function watchersOf(list, origin, archive) {
  const able = list.members.filter((one) => one.kind === "node" && one.state === "active" && !one.archives.some((held) => held.archive_code === archive));
  const claims = await Promise.all(able.map(async (member) => ({ member, claim: hex(await sha256(text.encode(`${origin}|${member.participant_id}`))) })));
  return claims.sort((a, b) => (a.claim < b.claim ? -1 : 1)).slice(0, WATCHING).map((one) => one.member);
}
// The key with which this node cosigns, if it stated so and the key was in force then.
async function witnessKey(envelope, member, at) {
  const keys = new Map();
  for (const one of member.sign_keys) if (inForce(one, at)) keys.set(one.kid, await listedKey(one));
  const said = await openEnvelope(envelope, STATEMENT_TYPE, keys, 1), spki = fromBase64(said.public_key);
  const right = said.use === "witness" && said.participant_id === member.participant_id && hex(await sha256(spki)) === said.spki_sha256
    && seconds(said.not_before) - SKEW_SECONDS <= at && at < seconds(said.not_after);
  if (!right) throw new Failure("V03", "密钥声明不成立");
  return spki.slice(-32);
}
function timeOf(blob) {
  return Number(new DataView(blob.buffer, blob.byteOffset + 4, 8).getBigUint64(0));
}
// When that node cosigned, or 0. A line of its key that it did not sign throws.
async function cosignedBy(member, entry, note, list) {
  const name = `${list.trust_domain}/witness/${member.participant_id}`, cut = note.lastIndexOf("\n\n"), body = note.slice(0, cut + 1);
  for (const line of note.slice(cut + 2).split("\n")) {
    if (!line.startsWith(`— ${name} `)) continue;
    const blob = fromBase64(line.slice(name.length + 3));
    if (blob.length !== 76) continue;
    const at = timeOf(blob);
    for (const envelope of entry.witness_keys || []) {
      let raw;
      try { raw = await witnessKey(envelope, member, at); } catch { continue; }
      if (!same(blob.slice(0, 4), (await sha256(concat(text.encode(`${name}\n`), [4], raw))).slice(0, 4))) continue;
      if (!await isEd25519(raw, blob.slice(12), text.encode(`cosignature/v1\ntime ${at}\n${body}`))) throw new Failure("V13", "见证签名不成立");
      return at;
    }
  }
  return 0;
}
// What step 7 says: never green where the trust list demands witnesses that are not there.
async function witnessed(entry, token, list) {
  const origin = `${list.trust_domain}/log/${token.archive}`, note = entry.proof.slice(entry.proof.indexOf("\n\n") + 2);
  const watching = await watchersOf(list, origin, token.archive), quorum = list.witness_quorum || 0, times = [];
  try {
    for (const member of watching) { const at = await cosignedBy(member, entry, note, list); if (at) times.push(at); }
  } catch { times.length = 0; }
  const of = Math.max(watching.length, quorum), where = `位置 ${token.index}`;
  if (times.length < quorum) return { ok: null, verdict: "V10", detail: `${where}，尚未见证：${times.length}/${of}，名单要求 ${quorum}` };
  if (!watching.length) return { ok: true, detail: where };
  if (!times.length) return { ok: true, detail: `${where}，尚未见证：0/${of}` };
  return { ok: true, detail: `${where}，${times.length}/${of} 馆见证，${new Date(Math.min(...times) * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC` };
}
