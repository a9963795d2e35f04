// The verdict on what was found: the steps, their order, the codes and the words are those of
// certificate_service/domain/verdict.py; a test compares both. Part of verify.js.
const STEPS = {
  1: "文件或二维码为本系统所出", 2: "签章覆盖整个文件，其后无改动", 3: "签章的数字签名正确", 4: "印章为该档案馆所有且受信任",
  5: "二维码签名正确，密钥由该馆授权", 6: "二维码与文件内容一致", 7: "已写入出证馆的存证链", 8: "未撤销、未换发",
  9: "内容已比对", 10: "期限与用途",
};
const BANNERS = {
  V00: "证明真实有效，内容已比对", V01: "编号或核验码不符", V02: "签名不成立", V03: "出具单位当时不受信任",
  V04: "证明已撤销", V05: "证明已由新证替代", V06: "文件被改动", V07: "证明真实，请留意期限或用途",
  V08: "不是本系统出具", V09: "签章真实，内容未核对", V10: "证明真实，但未能核对是否已撤销", V11: "查询过于频繁",
  V12: "证明暂停使用", V13: "未存证", V14: "页面与二维码不符", V99: "系统故障，未能核验",
};
const ADVICE = {
  V00: "请确认屏幕所列与纸面逐项一致", V01: "请对照纸面重新输入；仍不符请联系出证档案馆",
  V02: "请勿采信，并联系出证档案馆", V03: "请勿采信，并联系出证档案馆", V04: "请勿采信，并联系出证档案馆",
  V05: "请勿采信，向当事人索取新证", V06: "手中的文件与档案馆出具的原件不一致，请勿采信",
  V07: "请确认是否适合本次用途", V08: "请勿采信；官方核验入口印在证明上", V09: "请输入二维码旁的核验码，与纸面逐项比对",
  V10: "联网后请再核验一次", V11: "请一小时后再试，或联系出证档案馆", V12: "请联系出证档案馆",
  V13: "请勿采信，并联系出证档案馆", V14: "请勿采信，并联系出证档案馆", V99: "请稍后重试，或输入编号核验",
};
// V10 where the log's witnesses are all that is missing.
const UNWITNESSED = "证明真实，但存证尚未获他馆见证";
const UNWITNESSED_ADVICE = "见证通常在一分钟内完成，请稍后再核验一次";
const isUnwitnessed = (code, findings) => code === "V10" && Boolean(findings[8] && findings[8].ok && findings[7] && findings[7].ok === null && findings[7].detail.includes("尚未见证"));
const bannerOf = (code, findings) => (isUnwitnessed(code, findings) ? UNWITNESSED : BANNERS[code]);
const adviceOf = (code, findings) => (isUnwitnessed(code, findings) ? UNWITNESSED_ADVICE : ADVICE[code]);
const GENUINE = { V00: true, V07: true, V10: true, V09: null, V11: null, V99: null };
const genuine = (code) => (code in GENUINE ? GENUINE[code] : false);
const PENDING = { ok: null, verdict: "V10", detail: "正在核对" };

// findings: step → { ok: true | false | null, verdict, detail, grave }
function judge(findings) {
  const failed = Object.keys(findings).map(Number).sort((a, b) => a - b).map((n) => findings[n]).find((one) => one.ok === false);
  if (failed) return failed.verdict;
  for (const needed of [1, 5]) if (!findings[needed] || findings[needed].ok !== true) return (findings[needed] && findings[needed].verdict) || "V99";
  for (const step of [9, 8, 7]) if (!findings[step] || findings[step].ok !== true) return (findings[step] && findings[step].verdict) || "V99";
  return Object.values(findings).some((one) => one.ok === null) ? "V99" : "V00";
}
function colourOf(code, findings) {
  if (genuine(code) === false || (code === "V10" && Object.values(findings).some((one) => one.grave))) return "bad";
  return code === "V00" ? "ok" : "warn";
}
