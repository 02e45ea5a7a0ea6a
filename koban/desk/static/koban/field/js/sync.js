// Sending what waits: entries in small batches, photos in pieces from where the office has them. Runs in the page and in
// the service worker; whoever comes second waits. It may be cut off anywhere: everything can be sent again.

import { Offline, call } from "./net.js";
import { OPEN, entries, save, tidy } from "./outbox.js";
import { readBlob } from "./store.js";

const BATCH = 20, PIECE = 512_000;
const STATES = { 201: "done", 202: "kept", 409: "clash" };

/** Send until nothing is left that can be sent. Raises what `call` raises. tell(): after each thing that got through. */
export async function sync(tell = () => {}) {
  const work = () => run(tell);
  return navigator.locks ? navigator.locks.request("koban-field-sync", work) : work();
}

async function run(tell) {
  await send((one) => OPEN.includes(one.state), tell);
  const missing = new Map();
  for (const one of await entries()) {
    if (one.state === "sent") for (const file of one.told.files) if (one.waits?.includes(file.sha256)) missing.set(file.sha256, file);
  }
  for (const file of missing.values()) { if (await upload(file)) tell(); }
  if (missing.size) await send((one) => one.state === "sent", tell);
  await tidy();
}

async function send(which, tell) {
  const waiting = (await entries()).filter(which);
  for (let at = 0; at < waiting.length; at += BATCH) {
    const batch = waiting.slice(at, at + BATCH);
    const answer = await call("/api/v1/field/entries", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ now: new Date().toISOString(), entries: batch.map((one) => one.told) }),
    });
    const told = await answer.json().catch(() => { throw new Offline(); });
    if (!told.entries) throw new Offline();
    for (const [place, entry] of batch.entries()) await answered(entry, told.entries[place]);
    tell();
  }
}

async function answered(entry, { status, sentence = "", page = null, flags = [], waits = [], ours = null }) {
  if (status >= 500 || status === 429) return;
  let state = STATES[status] ?? "refused";
  if (state === "done" && waits.length) state = "sent";
  if (state === "done" && entry.told.give_up) state = "given_up";
  await save({ ...entry, state, sentence, page: page ?? entry.page ?? null, flags, waits, ours });
}

/* The office says how far it has a file; from there on the pieces go. Whether it is there whole now. */
async function upload(file) {
  const bytes = await readBlob(file.sha256);
  const address = `/api/v1/field/files/${file.sha256}`;
  const head = await call(address, { method: "HEAD" });
  let offset = Number(head.headers.get("Upload-Offset") ?? 0);
  if (!bytes) return head.headers.get("Upload-Complete") === "?1";
  for (let turn = 0; turn <= bytes.byteLength / PIECE + 4; turn += 1) {
    const answer = await call(`${address}?offset=${offset}&size=${bytes.byteLength}`, {
      method: "PUT", headers: { "Content-Type": file.type || "image/jpeg" }, body: bytes.slice(offset, offset + PIECE),
    });
    if (answer.status === 201) return true;
    if (answer.status !== 202 && answer.status !== 409) return refused(file, await answer.json().catch(() => ({})));
    offset = Number(answer.headers.get("Upload-Offset"));
  }
  return false;
}

async function refused(file, { detail = "" }) {
  for (const one of await entries()) {
    if (one.state === "sent" && one.waits?.includes(file.sha256)) await save({ ...one, state: "refused", sentence: detail });
  }
  return false;
}
