// What is kept on the phone: records of AES-GCM under keys that no script can read out. One key is of the shift and
// goes with it; the other is of the outbox and goes when nothing is left to send. Without its key a record is noise.

const NAME = "koban-field", TABLES = ["keys", "shift", "outbox", "blobs"];
export const SHIFT = "shift", OUTBOX = "outbox";
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => { for (const table of TABLES) asked.result.createObjectStore(table, { keyPath: "id" }); };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function table(name, mode, work) {
  const place = (await database()).transaction(name, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    const asked = work(place.objectStore(name));
    place.oncomplete = () => resolve(asked?.result);
    place.onerror = place.onabort = () => reject(place.error);
  });
}

const row = (name, id) => table(name, "readonly", (store) => store.get(id));
const rows = (name) => table(name, "readonly", (store) => store.getAll());
const put = (name, value) => table(name, "readwrite", (store) => store.put(value));

export const can = () => Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

/** The key of the shift or of the outbox, made where there is none. */
async function keyOf(purpose) {
  const found = await row("keys", purpose);
  if (found) return found.key;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Two at once must not make two keys: the first that is written is the key.
  await table("keys", "readwrite", (store) => {
    const asked = store.get(purpose);
    asked.onsuccess = () => { if (!asked.result) store.put({ id: purpose, key }); };
    return asked;
  });
  return (await row("keys", purpose)).key;
}

async function seal(purpose, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(purpose), bytes) };
}

async function unseal(purpose, sealed) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, await keyOf(purpose), sealed.data);
}

const packed = (value) => new TextEncoder().encode(JSON.stringify(value));
const unpacked = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

/** Keep a value of the shift or of the outbox under `id`. */
export async function keep(purpose, id, value) {
  await put(purpose, { id, ...(await seal(purpose, packed(value))) });
}

/** What was kept under `id`, null where there is nothing. */
export async function read(purpose, id) {
  const sealed = await row(purpose, id);
  return sealed ? unpacked(await unseal(purpose, sealed)) : null;
}

export async function readAll(purpose) {
  return Promise.all((await rows(purpose)).map(async (sealed) => unpacked(await unseal(purpose, sealed))));
}

export async function keepBlob(id, bytes) { await put("blobs", { id, ...(await seal(OUTBOX, bytes)) }); }

export async function readBlob(id) {
  const sealed = await row("blobs", id);
  return sealed ? unseal(OUTBOX, sealed) : null;
}

export const drop = (name, id) => table(name, "readwrite", (store) => store.delete(id));
const clear = (name) => table(name, "readwrite", (store) => store.clear());

/** Delete the shift: its records and its key. What is to be sent stays, and can still only be sent. */
export async function wipeShift() {
  await drop("keys", SHIFT);
  await clear("shift");
}

/** Delete everything, also what was not sent. */
export async function wipe() {
  await clear("keys");
  for (const name of TABLES) await clear(name);
}

/* Not secret: which device this is, until when it holds, and the furthest that its clock has been. */
export const note = (value) => put("keys", { id: "note", ...value });
export const noted = async () => (await row("keys", "note")) ?? {};
