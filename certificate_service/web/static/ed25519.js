// Ed25519 (RFC 8032), verifying only: WebCrypto where it has the curve, else BigInt. Chromium 90 to
// 119 has none. Nothing here is secret, so it need not take constant time. Part of verify.js.
const FIELD = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const modulo = (a) => { const rest = a % FIELD; return rest < 0n ? rest + FIELD : rest; };
function power(base, exponent) {
  let result = 1n;
  for (let b = modulo(base), e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = result * b % FIELD;
    b = b * b % FIELD;
  }
  return result;
}
const CURVE_D = modulo(-121665n * power(121666n, FIELD - 2n));
const ROOT_OF_MINUS_1 = power(2n, (FIELD - 1n) / 4n);
const littleEndian = (bytes) => bytes.reduceRight((value, b) => value << 8n | BigInt(b), 0n);

function xOf(y, odd) {
  const square = modulo(y * y - 1n) * power(CURVE_D * y * y + 1n, FIELD - 2n) % FIELD;
  let x = power(square, (FIELD + 3n) / 8n);
  if (modulo(x * x - square)) x = x * ROOT_OF_MINUS_1 % FIELD;
  if (modulo(x * x - square) || (x === 0n && odd)) return null;
  return (x & 1n) === BigInt(odd) ? x : FIELD - x;
}
// Extended coordinates X, Y, Z, T: one complete formula adds and doubles.
function sum(p, q) {
  const a = modulo((p[1] - p[0]) * (q[1] - q[0])), b = modulo((p[1] + p[0]) * (q[1] + q[0]));
  const c = modulo(2n * CURVE_D * p[3] * q[3]), d = modulo(2n * p[2] * q[2]);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
}
function times(point, scalar) {
  let result = [0n, 1n, 1n, 0n];
  for (let p = point, s = scalar; s > 0n; s >>= 1n) {
    if (s & 1n) result = sum(result, p);
    p = sum(p, p);
  }
  return result;
}
const point = (x, y) => [x, y, 1n, modulo(x * y)];
const BASE_Y = modulo(4n * power(5n, FIELD - 2n));

async function slowEd25519(key, signature, message) {
  const y = littleEndian(key) & (1n << 255n) - 1n, x = y < FIELD ? xOf(y, key[31] >> 7) : null;
  const s = littleEndian(signature.slice(32));
  if (x === null || s >= ORDER) return false;
  const digest = await crypto.subtle.digest("SHA-512", concat(signature.slice(0, 32), key, message));
  const k = littleEndian(new Uint8Array(digest)) % ORDER;
  const found = sum(times(point(xOf(BASE_Y, 0), BASE_Y), s), times(point(FIELD - x, y), k));
  const inverse = power(found[2], FIELD - 2n), foundX = found[0] * inverse % FIELD;
  const coded = found[1] * inverse % FIELD | (foundX & 1n) << 255n;
  return coded === littleEndian(signature.slice(0, 32));
}
async function isEd25519(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) return false;
  try {
    const held = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, held, signature, message);
  } catch { return slowEd25519(key, signature, message); }
}
