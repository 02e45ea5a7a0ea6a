// Does this paper hold? The same answers as koban/lib/credential, from the keys and lists that the shift brought along.
// Digits of a printed code are unpacked to the token that was signed; the signature is Ed25519.

const COMMON = new TextEncoder().encode(
  '0123456789"sex":"birth_on":"id_tail":"office":"position":"badge":"until":"kind":"address":"name":"number":"2026-000' +
  '{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/undefined-terms/v2"],' +
  '"credentialStatus":[{"statusListCredential":"https://","statusListIndex":"1","statusPurpose":"revocation",' +
  '"type":"BitstringStatusListEntry"},{"statusListCredential":"http://localhost:8000/o/","statusListIndex":"1",' +
  '"statusPurpose":"suspension","type":"BitstringStatusListEntry"}],"credentialSubject":{"name":"' +
  '","number":"2026-0000"},"issuer":{"id":"did:key:z","name":"社区警务室"},' +
  '"type":["VerifiableCredential","T00:00:00Z","validFrom":"2026-01-01T","validUntil":"2027-01-01T16:00:00Z"}');
const MOST = 64_000, DIGITS = 4000, PAYLOAD = 16_000, BITS = 131_072;
const text = new TextDecoder("utf-8", { fatal: true });

class Unproven extends Error {}

/** {state, credential?, statusKnown}: state is valid, not_yet, expired, suspended, revoked, not_ours or broken. */
export async function check(told, papers, at, static_) {
  const keys = papers.jwks.keys, verify = (token) => payload(token, keys, static_);
  try {
    const found = foundIn(told);
    const credential = await verify(/^\d+$/.test(found) ? await unpack(found, keys) : found);
    if (!credential.validFrom || !credential.credentialSubject) throw new Unproven("broken");
    const lists = await Promise.all(papers.lists.map((token) => verify(token).then(list).catch(() => null)));
    return { credential, ...verdict(credential, lists.filter(Boolean), at) };
  } catch (why) {
    if (why instanceof Unproven) return { state: why.message, statusKnown: false };
    return { state: "broken", statusKnown: false };
  }
}

function verdict(credential, lists, at) {
  const places = credential.credentialStatus ?? [];
  const known = places.map((place) => lists.find((one) => one.url === place.statusListCredential && one.purpose === place.statusPurpose));
  const set = places.filter((place, n) => known[n]?.holds(Number(place.statusListIndex))).map((place) => place.statusPurpose);
  const statusKnown = known.every(Boolean), until = Date.parse(credential.validUntil);
  if (set.includes("revocation")) return { state: "revoked", statusKnown };
  if (until < at) return { state: "expired", statusKnown };
  if (set.includes("suspension")) return { state: "suspended", statusKnown };
  return { state: at < Date.parse(credential.validFrom) ? "not_yet" : "valid", statusKnown };
}

/** The credential in what somebody pasted or scanned: a link, digits (also in groups) or a token. */
export function foundIn(told) {
  const last = told.replace(/\s+/g, "").split("#").at(-1);
  return /^[0-9]+$/.test(last) || last.split(".").length === 3 ? last : "";
}

async function payload(token, keys, static_) {
  const parts = token.trim().split(".");
  if (token.length > MOST || parts.length !== 3) throw new Unproven("broken");
  let header, told;
  try { [header, told] = parts.slice(0, 2).map((part) => JSON.parse(text.decode(bytes(part)))); } catch { throw new Unproven("broken"); }
  const key = keys.find((one) => one.kid === header.kid);
  if (!key) throw new Unproven("not_ours");
  if (header.typ !== "vc+jwt" || !["Ed25519", "EdDSA"].includes(header.alg)) throw new Unproven("broken");
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  if (!await proven(bytes(key.x), bytes(parts[2]), signed, static_)) throw new Unproven("broken");
  if ((told.issuer?.id ?? told.issuer) !== key.kid.split("#")[0]) throw new Unproven("not_ours");
  return told;
}

async function proven(raw, signature, signed, static_) {
  try {
    const key = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, signed);
  } catch (problem) {
    if (problem.name !== "NotSupportedError" && problem.name !== "SyntaxError") return false;
    const { verifyAsync } = await import(`${static_}vendor/noble-ed25519/index.js`);
    return verifyAsync(signature, signed, raw).catch(() => false);
  }
}

async function unpack(digits, keys) {
  if (digits.length > DIGITS) throw new Unproven("broken");
  let hex = BigInt(digits).toString(16);
  if (hex.length % 2) hex = `0${hex}`;
  const raw = Uint8Array.from(hex.match(/../g), (pair) => Number.parseInt(pair, 16));
  if (raw.length < 70 || raw[0] !== 1) throw new Unproven("broken");
  const key = keys.find((one) => bytes(one.x).slice(0, 4).every((byte, n) => byte === raw[1 + n]));
  if (!key) throw new Unproven("not_ours");
  const did = new TextEncoder().encode(key.kid.split("#")[0]);
  const told = await inflated(raw.slice(69), new Uint8Array([...COMMON, ...did]));
  const header = new TextEncoder().encode(`{"alg":"Ed25519","kid":"${key.kid}","typ":"vc+jwt"}`);
  return [header, told, raw.slice(5, 69)].map(base64).join(".");
}

/* A browser inflates without a preset dictionary. A stored block that holds the dictionary, put in front, is the same. */
async function inflated(packed, dictionary) {
  const size = dictionary.length;
  const head = new Uint8Array([0, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255]);
  const whole = await unpacked(new Blob([head, dictionary, packed]), "deflate-raw", size + PAYLOAD);
  return whole.slice(size);
}

async function unpacked(blob, format, most) {
  const reader = blob.stream().pipeThrough(new DecompressionStream(format)).getReader(), found = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => { throw new Unproven("broken"); });
    if (done) break;
    found.push(value);
    size += value.length;
    if (size > most) { reader.cancel(); throw new Unproven("broken"); }
  }
  return new Uint8Array(await new Blob(found).arrayBuffer());
}

async function list(told) {
  const { encodedList, statusPurpose, type } = told.credentialSubject;
  if (type !== "BitstringStatusList" || !encodedList.startsWith("u")) throw new Unproven("broken");
  const bits = await unpacked(new Blob([bytes(encodedList.slice(1))]), "gzip", BITS);
  return { url: told.id, purpose: statusPurpose, holds: (index) => Boolean(bits[index >> 3] & (0x80 >> (index % 8))) };
}

function bytes(told) {
  return Uint8Array.from(atob(told.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function base64(raw) {
  return btoa(String.fromCharCode(...raw)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
