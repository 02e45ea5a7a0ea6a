// What was written outside, in the order it was written. An entry leaves only when the office named its ledger page
// and has its photos; until then it is here, encrypted, whatever happens to the app.

import { OUTBOX, drop, keep, keepBlob, readAll } from "./store.js";

export const OPEN = ["new", "kept", "sent"], UNSENT = ["new", "kept", "sent", "refused", "clash"];

export async function entries() {
  return (await readAll(OUTBOX)).sort((a, b) => a.seq - b.seq);
}

export async function unsent() {
  return (await entries()).filter((one) => UNSENT.includes(one.state));
}

/** Put an entry in. A step follows the last step on the same matter, so that they are done in their order. */
export async function add(kind, { matter = null, seen = null, body = {}, files = [], position = null, title = "" }) {
  const all = await entries();
  const chained = ["step", "visit"].includes(kind);
  const before = chained ? all.findLast((one) => one.told.matter === matter && ["step", "visit"].includes(one.told.kind) && one.state !== "given_up") : null;
  const entry = {
    id: crypto.randomUUID(), seq: (all.at(-1)?.seq ?? 0) + 1, state: "new", title,
    told: { kind, at: new Date().toISOString(), matter, body, seen, position, files: files.map(plain), after: before?.id ?? null },
  };
  entry.told.id = entry.id;
  for (const file of files) await keepBlob(file.sha256, file.bytes);
  await save(entry);
  return entry;
}

export const save = (entry) => keep(OUTBOX, entry.id, entry);

function plain({ sha256, name, at, position, type, size }) {
  return { sha256, name, at, position, type, size };
}

/** The writer chose: leave it as it is at the office, or send it all the same. */
export async function choose(entry, mine) {
  const told = { ...entry.told, after: null };
  if (mine) told.seen = { state: entry.ours.state };
  else told.give_up = true;
  await save({ ...entry, told, state: "new", ours: null, sentence: "" });
}

export async function again(entry) { await save({ ...entry, state: entry.page && !entry.told.give_up ? "sent" : "new", sentence: "" }); }

/** Photos that no open entry tells of any more leave the phone. */
export async function tidy() {
  const all = await entries();
  const wanted = new Set(all.filter((one) => UNSENT.includes(one.state)).flatMap((one) => one.told.files.map((file) => file.sha256)));
  const done = all.filter((one) => !UNSENT.includes(one.state)).flatMap((one) => one.told.files.map((file) => file.sha256));
  for (const sha256 of new Set(done)) if (!wanted.has(sha256)) await drop("blobs", sha256);
}
