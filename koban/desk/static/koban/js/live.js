// The stream of ledger pages. It hands every page to `told`, in order and once, and comes back by itself.

const FIRST_WAIT = 2000, LONGEST_WAIT = 30000, REST_AFTER = 30000;

/** told(page) for each event; state("live" | "lost"); anew() when the page must be loaded again. */
export function listen({ since, language, told, state, anew }) {
  let mark = since, wait = FIRST_WAIT, source = null, timer = 0, rest = 0, leads = !navigator.locks;

  function open() {
    source = new EventSource(`/events?${new URLSearchParams({ since: mark, language })}`);
    source.onopen = () => { wait = FIRST_WAIT; state("live"); };
    source.addEventListener("page", (event) => { mark = event.lastEventId || mark; told(JSON.parse(event.data)); });
    source.addEventListener("reload", () => stop(anew));
    source.addEventListener("gone", () => stop(anew));
    source.onerror = failed;
  }

  function stop(then) {
    source.close();
    then();
  }

  // A browser comes back by itself after a broken line, but not after an answer such as 401 or 503.
  function failed() {
    state("lost");
    if (source.readyState !== EventSource.CLOSED) return;
    clearTimeout(timer);
    timer = setTimeout(again, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  async function again() {
    const here = await fetch("/desk/board/map.json", { method: "HEAD", redirect: "manual", headers: { "Koban-Quiet": "1", Accept: "application/json" } }).catch(() => null);
    if (here && [0, 401, 403].includes(here.status)) anew();
    else open();
  }

  // A browser has six lines to a server. One window keeps its line to ring for all; others rest while nobody sees them,
  // and ask for what they missed when they are seen again.
  function look() {
    clearTimeout(rest);
    if (document.hidden && !leads) rest = setTimeout(() => { source.close(); source = null; }, REST_AFTER);
    else if (!source) open();
  }

  navigator.locks?.request("koban-live", () => { leads = true; look(); return new Promise(() => {}); });
  document.addEventListener("visibilitychange", look);
  open();
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) anew(); });
}
