// Speaking with the office. Every no has one meaning here: locked, gone (then this phone wipes itself), or a sentence.

import { noted, wipe, wipeShift } from "./store.js";

export class Offline extends Error {}
export class Locked extends Error {}
export class Gone extends Error {}

const PATIENCE = 30_000, ASKS = "/api/v1/field/device";

async function cookie() {
  if (globalThis.cookieStore) return (await cookieStore.get("koban_csrf"))?.value ?? "";
  return globalThis.document?.cookie.match(/(?:^|; )koban_csrf=([^;]+)/)?.[1] ?? "";
}

/* The page comes from the phone itself, so the office gives the cookie when it is first asked. */
async function token() {
  const found = await cookie();
  if (found) return found;
  await fetch(ASKS, { cache: "no-store" }).catch(() => null);
  return cookie();
}

/** fetch() with our headers. Raises Offline, Locked and Gone; any other answer is the caller's to read. */
export async function call(address, { headers = {}, ...told } = {}) {
  const device = (await noted()).device ?? "";
  const all = { Accept: "application/json", "Koban-Device": device, "X-CSRFToken": await token(), ...headers };
  let answer;
  try {
    answer = await fetch(address, { ...told, headers: all, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Offline();
  }
  if (answer.status === 410) return gone(answer);
  if (answer.status === 401 || answer.status === 403) return locked(device, answer);
  if (answer.status >= 500) throw new Offline();
  return answer;
}

async function gone(answer) {
  if (answer.headers.get("Koban-Wipe") === "shift") await wipeShift();
  else await wipe();
  throw new Gone(answer.headers.get("Koban-Wipe") ?? "all");
}

/* A session that ended may mean that this phone was reported lost: the phone asks, without anybody signed in. */
async function locked(device, answer) {
  if (device && answer.status === 401) {
    const told = await fetch(ASKS, { headers: { "Koban-Device": device }, cache: "no-store" }).catch(() => null);
    if (told?.status === 410) return gone(told);
  }
  throw new Locked();
}
