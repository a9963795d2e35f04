// The doors: QR text in the address, camera, picture, PDF. Part of verify.js.
const PARTS = { scan: "/scan.js", pdf: "/pdf.js" };
const loaded = new Map();
// Scanner and PDF reader are fetched only when somebody opens them.
function load(name) {
  if (!loaded.has(name)) {
    loaded.set(name, new Promise((done, failed) => {
      const script = el("script");
      script.src = PARTS[name] || name;
      script.addEventListener("load", done);
      script.addEventListener("error", () => { loaded.delete(name); failed(new Failure("V99", "部件未能载入，请联网后重试")); });
      document.head.append(script);
    }));
  }
  return loaded.get(name);
}
function fail(error) {
  const code = error instanceof Failure && BANNERS[error.code] ? error.code : "V99";
  if (!state) state = { findings: {} };
  const failed = genuine(code) === false, step = { V02: 5, V03: 5, V06: 2, V14: 6 }[code] || 1;
  if (step > 1) state.findings[1] = { ok: true };
  state.findings[step] = { ok: failed ? false : null, verdict: code, detail: error instanceof Failure ? error.detail : "" };
  draw();
}
// Verifies a token; `begun` is the state that its findings go to.
async function verifyToken(data, begun) {
  const token = parseToken(data), trust = await loadTrust(), findings = begun.findings;
  findings[1] = { ok: true };
  begun.holder = await verifySigned(token.parsed, token.archive, token.issued, trust);
  Object.assign(begun, { token, trust, sample: trust.list.trust_domain.endsWith(".invalid") });
  const old = trust.expired ? "信任名单已过期，请联网更新" : "";
  findings[5] = { ok: true, detail: old };
  Object.assign(findings, { 7: PENDING, 8: PENDING });
  if (!findings[9]) findings[9] = { ok: null, verdict: "V09", detail: "未输入核验码" };
  draw();
  const put = (step) => (found) => { findings[step] = found; if (state === begun) draw(); };
  const status = findStatus(token, trust).then((found) => (old && found.ok ? { ok: null, verdict: "V10", detail: old } : found));
  await Promise.all([findLeaf(token, trust).then(put(7)), status.then(put(8))]);
}
// A QR text. A code whose address is not ours is a look-alike's, whatever its digits say.
async function verifyText(qr, fromAddress) {
  state = { findings: {} };
  const begun = state, cut = qr.lastIndexOf("#"), digits = qr.slice(cut + 1).trim();
  try {
    if (typeof BigInt === "undefined" || !window.crypto || !crypto.subtle || typeof DecompressionStream === "undefined") throw new Failure("V99", "浏览器过旧或连接不安全，请用编号核验");
    const data = fromDigits(digits);
    if (cut >= 0 && !fromAddress) await requireOurAddress(qr.slice(0, cut + 1));
    await verifyToken(data, begun);
  } catch (error) { if (state === begun) fail(error instanceof TypeError ? new Failure("V99", "未联网，且本机没有名单") : error); }
}
async function requireOurAddress(prefix) {
  const keys = await (await published("/keys.json")).json(), own = `${location.origin}/v#`;
  if (prefix === own || prefix === keys.verify_url) return;
  let host = "";
  try { host = new URL(prefix).host; } catch { /* no address at all */ }
  throw new Failure("V08", host ? `二维码指向 ${host.slice(0, 60)}，不是官方核验入口` : "二维码不是核验地址");
}

async function openCamera() {
  const trouble = document.getElementById("trouble");
  trouble.textContent = "";
  try {
    await load("scan");
    const found = await scanWithCamera();
    if (found) verifyText(found, false);
  } catch (error) {
    // No camera or not allowed: the picture door opens by itself.
    trouble.textContent = error instanceof Failure ? t(error.detail) : t("没有摄像头或未获允许：请在浏览器设置中允许使用摄像头并重试，或改为选择照片。");
    document.getElementById("picture").focus();
  }
}
async function openPicture(file) {
  state = { findings: {} };
  try {
    await load("scan");
    const found = await scanPicture(file);
    if (!found) throw new Failure("V99", "照片中没有认出二维码：请靠近、放平、避开反光后重拍");
    await verifyText(found, false);
  } catch (error) { fail(error); }
}
async function openPDF(file) {
  state = { findings: {}, file };
  try { await load("pdf"); await verifyPDF(file, state); } catch (error) { fail(error); }
}
const openFile = (file) => (file.type === "application/pdf" || /\.pdf$/i.test(file.name) ? openPDF(file) : openPicture(file));

function setSize(large) {
  if (large) document.documentElement.dataset.size = "large"; else delete document.documentElement.dataset.size;
  document.getElementById("size").textContent = t(large ? "标准版" : "长辈版");
  try { localStorage.setItem("lantai.size", large ? "large" : ""); } catch { /* private window: not kept */ }
}
// The other language is another page; what stands behind "#" goes there without passing a server.
function chooseLanguage() {
  const link = document.getElementById("language");
  const turn = (english) => location.replace(`${location.pathname}${english ? "?lang=en" : ""}${location.hash}`);
  try { if (!globalThis.ENGLISH && localStorage.getItem("lantai.language") === "en" && document.getElementById("result")) { turn(true); return; } } catch { /* nothing kept */ }
  link.addEventListener("click", (event) => {
    event.preventDefault();
    try { localStorage.setItem("lantai.language", globalThis.ENGLISH ? "" : "en"); } catch { /* private window: not kept */ }
    turn(!globalThis.ENGLISH);
  });
}
function start() {
  const root = document.documentElement;
  try { if (localStorage.getItem("lantai.size")) setSize(true); } catch { /* nothing kept */ }
  document.getElementById("size").addEventListener("click", (event) => { event.preventDefault(); setSize(root.dataset.size !== "large"); });
  chooseLanguage();
  showFingerprint();
  if (!document.getElementById("result")) return;
  const again = () => {
    const digits = decodeURIComponent(location.hash.slice(1));
    if (digits) verifyText(digits, true); else if (!document.body.dataset.scanner) location.replace(`/verify${location.search}`);
  };
  window.addEventListener("hashchange", again);
  again();
  keepOffline();
  if (document.body.dataset.scanner) openDoors();
}
async function showFingerprint() {
  const council = document.getElementById("council");
  if (!council || !window.crypto || !crypto.subtle) return;
  document.getElementById("root").textContent = await rootFingerprint(JSON.parse(council.content.textContent));
}
function openDoors() {
  const doors = document.getElementById("doors");
  document.getElementById("scan").addEventListener("click", openCamera);
  for (const id of ["picture", "pdf"]) {
    document.getElementById(id).addEventListener("change", (event) => { if (event.target.files[0]) openFile(event.target.files[0]); event.target.value = ""; });
  }
  const main = document.getElementById("main");
  main.addEventListener("dragover", (event) => { event.preventDefault(); doors.classList.add("over"); });
  main.addEventListener("dragleave", () => doors.classList.remove("over"));
  main.addEventListener("drop", (event) => { event.preventDefault(); doors.classList.remove("over"); if (event.dataTransfer.files[0]) openFile(event.dataTransfer.files[0]); });
}
// Offline: the worker keeps page and lists after the first visit; the scanner on request.
async function keepOffline() {
  const card = document.getElementById("offline");
  if (!card) { if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {}); return; }
  if (!("serviceWorker" in navigator)) { document.getElementById("offline-none").hidden = false; return; }
  try { await navigator.serviceWorker.register("/sw.js"); } catch { return; }
  card.hidden = false;
  document.getElementById("install").addEventListener("click", async (event) => {
    const said = document.getElementById("installed");
    event.target.disabled = true;
    try {
      const keys = await (await published("/keys.json")).json(), worker = await navigator.serviceWorker.ready;
      const wanted = ["/scan.js", "/pdf.js", "/zxing-reader.js", "/zxing_reader.wasm", ...new Set(keys.archives.map((one) => `/status/${one.archive_code}.cwt`))];
      const channel = new MessageChannel(), done = new Promise((answer) => { channel.port1.onmessage = (message) => answer(message.data); });
      worker.active.postMessage(wanted, [channel.port2]);
      const kept = await done;
      said.textContent = t(kept ? `已可离线使用，名单截至 ${local(Date.now() / 1000)}` : "未能全部保存，请联网重试");
    } catch { said.textContent = t("未能保存，请联网重试"); }
    event.target.disabled = false;
  });
}
start();
