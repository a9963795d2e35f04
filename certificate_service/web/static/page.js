// Draws what was found, and asks for the 核验码. Part of verify.js.
const TEMPLATES = ["", "档案证明（摘录）", "复制件证明", "未查见档案记录证明", "记载不一致说明",
  "不予提供（补正）告知书", "转办告知书", "查档结果汇总单", "撤销公告"];
const FACTS_SHOWN_MS = 180000;
const el = (name, className, content) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = t(content);
  return made;
};
const hidden = (node) => { node.setAttribute("aria-hidden", "true"); return node; };
const local = (at) => new Date(at * 1000).toLocaleString(globalThis.ENGLISH ? "en-GB" : "zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
const MARKS = { ok: "✓", bad: "✕", warn: "!" };
let state = null;
// A button replaced between pressing and letting go loses the click: nothing is drawn meanwhile.
let pressed = false, owed = false;
addEventListener("pointerdown", () => { pressed = true; });
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(letGo));
function letGo() {
  pressed = false;
  if (owed && state) draw();
}
function draw() {
  owed = pressed;
  if (pressed) return;
  const code = state.verdict || judge(state.findings), colour = colourOf(code, state.findings), place = document.getElementById("result");
  const token = genuine(code) === false && !(state.findings[5] && state.findings[5].ok) ? null : state.token;
  const banner = el("section", `banner ${colour}`), said = el("div"), parts = [banner];
  said.append(el("h1", "", bannerOf(code, state.findings)));
  if (token && state.holder && genuine(code) !== false) said.append(el("p", "", `由${state.holder}出具`));
  said.append(el("p", "", code === "V09" && state.file ? "文件的签章要在服务器上核验" : adviceOf(code, state.findings)), el("p", "code", code));
  banner.append(hidden(el("span", "sign", MARKS[colour])), said);
  if (state.sample) parts.push(el("p", "sample", "演示数据：样本·无效"));
  if (token) parts.push(drawRows(token, genuine(code) !== false));
  if (genuine(code) === false) state.facts = null;
  if (state.facts) parts.push(drawFacts());
  else if (code === "V09" && !state.file) parts.push(state.codeForm = state.codeForm || drawCodeForm());
  parts.push(drawSteps());
  if (state.offerUpload) parts.push(drawUpload());
  parts.push(Object.assign(el("button", "second", "再核验一份"), { type: "button", id: "again" }));
  replaceAround(place, parts);
  document.getElementById("again").addEventListener("click", startAgain);
  document.body.dataset.shown = "1";
  document.title = `${t(bannerOf(code, state.findings))} · ${t("档案证明核验")}`;
}
// Status and log arrive while somebody types: the form stays where it is, with what was typed, the
// focus, and what was said about a wrong code.
function replaceAround(place, parts) {
  for (const old of [...place.children]) if (!parts.includes(old)) old.remove();
  const kept = parts.findIndex((one) => one.parentNode === place);
  if (kept < 0) { place.append(...parts); return; }
  parts[kept].before(...parts.slice(0, kept));
  parts[kept].after(...parts.slice(kept + 1));
}
function startAgain() {
  if (!document.body.dataset.scanner) { location.assign(`/verify${location.search}`); return; }
  state = null;
  history.replaceState(null, "", location.pathname);
  document.getElementById("result").replaceChildren();
  delete document.body.dataset.shown;
  document.title = t("档案证明核验");
  document.getElementById("scan").focus();
}
function drawRows(token, all) {
  const list = el("dl", "card"), rows = [["证明编号", token.number], ["出具单位", state.holder]];
  if (all) {
    rows.push(["种类", t(TEMPLATES[token.template])], ["当事人", token.names.replace(/\|/g, " ／ ")], ["出证时间", local(token.issued)], ["页数", t(`${token.pages} 页`)]);
    const marks = hex(token.digests).toUpperCase().match(/.{16}/g).map((one) => one.match(/.{4}/g).join("-"));
    marks.forEach((mark, page) => rows.push([marks.length === token.pages ? `第 ${page + 1} 页指纹` : "合并指纹", mark]));
  }
  for (const [label, value] of rows) {
    const row = el("div");
    const shown = el("dd");
    shown.append(value);
    row.append(el("dt", "", label), shown);
    list.append(row);
  }
  return list;
}
function drawFacts() {
  const card = el("section", "card"), list = el("ol", "facts"), differs = el("button", "second danger", "有一项与纸面不符");
  card.append(el("h2", "", "请与纸面逐项比对，任何一项不符即为变造"), list, differs);
  for (const fact of state.facts) {
    const line = el("li");
    // What the record says is never translated.
    line.append(fact);
    // A phone may lack the glyph of a rare name: say which character it is.
    const rare = Array.from(fact).filter((c) => c.codePointAt(0) > 0xffff);
    if (rare.length) line.append(el("small", "", rare.map((c) => `${c} U+${c.codePointAt(0).toString(16).toUpperCase()}`).join("　")));
    list.append(line);
  }
  differs.type = "button";
  differs.addEventListener("click", () => {
    state.findings[9] = { ok: false, verdict: "V14", detail: "核对人指出纸面与二维码所载不符" };
    draw();
  });
  return card;
}
function drawCodeForm() {
  const form = el("form", "card"), label = el("label", "", "输入二维码旁的核验码，与纸面逐项比对"), input = el("input"), wrong = el("p", "wrong");
  input.id = "compare"; label.htmlFor = "compare"; input.maxLength = 16; input.autocomplete = "off"; input.required = true;
  input.setAttribute("autocapitalize", "characters");
  input.setAttribute("aria-describedby", "compare-wrong");
  wrong.id = "compare-wrong"; wrong.setAttribute("role", "alert");
  form.append(label, input, wrong, el("button", "primary", "比对内容"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = readCode(input.value), asked = state;
    wrong.textContent = "";
    try {
      if (!code) throw new Error();
      const facts = await openFacts(asked.token.sealed, code, asked.token.id);
      if (asked === state) showFacts(facts);
    } catch { wrong.textContent = t("核验码不符，请对照纸面重新输入；仍不符，二维码可能不属于这张纸"); }
  });
  return form;
}
function showFacts(facts) {
  const shown = state;
  // The code that opened them does not come back with the form.
  Object.assign(shown, { facts, codeForm: null });
  shown.findings[9] = { ok: true, detail: "已用核验码打开，请与纸面逐项比对" };
  draw();
  // A counter's screen is seen by the next person: what the code opened does not stay.
  setTimeout(() => {
    if (state !== shown || !shown.facts) return;
    shown.facts = null;
    if (shown.findings[9].ok) shown.findings[9] = { ok: null, verdict: "V09", detail: "内容显示三分钟后已隐去" };
    draw();
  }, FACTS_SHOWN_MS);
}
function drawSteps() {
  const list = el("ul", "card steps");
  for (const [n, words] of Object.entries(STEPS)) {
    const found = state.findings[n];
    if (!found) continue;
    const kind = found.ok === true ? "ok" : found.ok === false || found.grave ? "bad" : "warn", line = el("li", kind);
    line.append(hidden(el("span", "", MARKS[kind])), ` ${t(words)}`);
    if (found.detail) line.append(el("small", "", found.detail));
    list.append(line);
  }
  return list;
}
function drawUpload() {
  const card = el("section", "card"), send = el("button", "primary", "深度核验（发送文件）");
  send.type = "button";
  card.append(el("h2", "", "签章须在服务器上核验"), el("p", "hint", "本机已核对二维码与存证。要核验整个文件的签章，须把这份 PDF 发送到本核验站；核验后立即丢弃，不保存、不记录。"), send);
  send.addEventListener("click", () => sendFile(send));
  return card;
}
