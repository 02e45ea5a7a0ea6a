// The display at the door fetches itself anew every minute, and says so when it cannot.

const EVERY = 60_000;

async function fresh() {
  try {
    const answer = await fetch(location.href, { headers: { "Koban-Quiet": "1" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const here = document.querySelector("[data-door]"), there = page.querySelector("[data-door]");
    if (here && there && here.innerHTML !== there.innerHTML) here.replaceChildren(...there.childNodes);
  } catch { /* The line is down: what stands there carries its own time. */ }
}

setInterval(fresh, EVERY);
