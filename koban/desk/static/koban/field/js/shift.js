// The shift on this phone: taken out, loaded, at its end deleted.

import { Offline, call } from "./net.js";
import { unsent } from "./outbox.js";
import { SHIFT, keep, note, noted, read, wipe, wipeShift } from "./store.js";
import { tellTimeOf } from "./words.js";

const HOUR = 3_600_000;

/** Take this phone out for the own shift. */
export async function takeOut() {
  const answer = await call("/api/v1/field/shift", {
    method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify({ name: phoneName() }),
  });
  if (answer.status !== 201) throw new Error((await answer.json().catch(() => ({}))).detail ?? "");
  const { device, until } = await answer.json();
  await note({ device, until: Date.parse(until), seen: Date.now() });
  return load();
}

/** Fetch the package of the shift. What did not change is not sent again. */
export async function load() {
  const old = await read(SHIFT, "package");
  const answer = await call("/api/v1/field/shift", { headers: old ? { "If-None-Match": old.etag } : {} });
  if (answer.status === 304) return old;
  if (!answer.ok) throw new Offline();
  const told = await answer.json();
  // The distance to the office's clock is kept, so that a phone whose clock is wrong ends its shift at the right time.
  const skew = Date.parse(told.now) - Date.now();
  const package_ = { ...told, etag: answer.headers.get("ETag"), loaded: new Date().toISOString(), skew };
  await keep(SHIFT, "package", package_);
  tellTimeOf(package_.office);
  await note({ ...(await noted()), until: Date.parse(told.until) - skew, late: told.late_hours });
  for (const form of told.forms) await loadForm(form);
  return package_;
}

async function loadForm(form) {
  if (await read(SHIFT, `form-${form.hash}`)) return;
  const answer = await call(`/api/v1/field/forms/${form.hash}`);
  if (answer.ok) await keep(SHIFT, `form-${form.hash}`, await answer.json());
}

/** The package, null where there is none or its time is over: then it is deleted. */
export async function current() {
  const told = await noted();
  if (!told.device) return null;
  if (await isOver(told)) return null;
  const package_ = await read(SHIFT, "package");
  tellTimeOf(package_?.office);
  return package_;
}

/* A clock that was put back does not make a shift longer: the furthest that it has been counts. */
async function isOver(told) {
  const now = Math.max(Date.now(), told.seen ?? 0);
  await note({ ...told, seen: now });
  if (now < told.until) return false;
  await wipeShift();
  const left = await unsent();
  if (!left.length || now > told.until + (told.late ?? 48) * HOUR) await wipe();
  return true;
}

/** Milliseconds until the shift is over by what this phone knows. */
export async function remaining() {
  return ((await noted()).until ?? 0) - Date.now();
}

export async function end() {
  await call("/api/v1/field/shift", { method: "DELETE" });
  await wipe();
}

function phoneName() {
  const told = navigator.userAgentData;
  return [told?.platform, navigator.userAgent.match(/\(([^)]*)\)/)?.[1]].filter(Boolean)[0]?.slice(0, 60) ?? "phone";
}
