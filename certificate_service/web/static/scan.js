// Reads QR codes with zxing-wasm: from the camera, frame by frame, or from one picture. Loaded only
// when somebody opens the camera or chooses a picture.
"use strict";
const READER = { formats: ["QRCode"], tryHarder: true, tryRotate: true, tryInvert: false, tryDownscale: true, maxNumberOfSymbols: 1 };
const FRAME_EVERY_MS = 120;
const LONGEST_SIDE = 2000;
const TILES = 8;
let reader = null;

async function openReader() {
  if (reader) return;
  await load("/zxing-reader.js");
  ZXingWASM.prepareZXingModule({ overrides: { locateFile: (name) => `/${name}` }, fireImmediately: true });
  reader = ZXingWASM;
}
// What a QR code in these pixels says, or "". A second look evens the light out: stains, shadows.
async function readPixels(pixels) {
  for (const look of [(one) => one, flattened]) {
    const [found] = await reader.readBarcodesFromImageData(look(pixels), READER);
    if (found && found.text) return found.text;
  }
  return "";
}
// Each pixel against the brightest of its neighbourhood, interpolated between tiles: paper becomes white.
function flattened(pixels) {
  const { width, height, data } = pixels, grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = data[4 * i] * 0.299 + data[4 * i + 1] * 0.587 + data[4 * i + 2] * 0.114;
  const step = Math.max(8, Math.ceil(Math.max(width, height) / (TILES * 8))), columns = Math.ceil(width / step), rows = Math.ceil(height / step);
  let paper = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const tile = Math.floor(y / step) * columns + Math.floor(x / step);
    if (grey[y * width + x] > paper[tile]) paper[tile] = grey[y * width + x];
  }
  const out = new ImageData(width, height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const u = Math.min(Math.max(x / step - 0.5, 0), columns - 1), v = Math.min(Math.max(y / step - 0.5, 0), rows - 1);
    const [a, b] = [Math.floor(u), Math.floor(v)], [c, d] = [Math.min(a + 1, columns - 1), Math.min(b + 1, rows - 1)], [p, q] = [u - a, v - b];
    const light = (paper[b * columns + a] * (1 - p) + paper[b * columns + c] * p) * (1 - q) + (paper[d * columns + a] * (1 - p) + paper[d * columns + c] * p) * q;
    const value = Math.min(255, 255 * grey[y * width + x] / Math.max(light, 1)), at = 4 * (y * width + x);
    out.data[at] = out.data[at + 1] = out.data[at + 2] = value;
    out.data[at + 3] = 255;
  }
  return out;
}
function pixelsOf(source, width, height) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height)), canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale); canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function scanPicture(file) {
  await openReader();
  let picture;
  try { picture = await createImageBitmap(file); } catch { throw new Failure("V99", "不是照片或 PDF 文件"); }
  return readPixels(pixelsOf(picture, picture.width, picture.height));
}
async function scanWithCamera() {
  const [stream] = await Promise.all([navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } }), openReader()]);
  const view = document.getElementById("camera"), video = document.getElementById("video");
  const close = () => { view.hidden = true; video.srcObject = null; for (const track of stream.getTracks()) track.stop(); };
  let stopped = false;
  document.getElementById("stop").onclick = () => { stopped = true; };
  view.hidden = false;
  video.srcObject = stream;
  try {
    await video.play();
    while (!stopped) {
      const found = video.videoWidth ? await readPixels(pixelsOf(video, video.videoWidth, video.videoHeight)) : "";
      if (found) return found;
      await new Promise((next) => setTimeout(next, FRAME_EVERY_MS));
    }
    return "";
  } finally { close(); }
}
