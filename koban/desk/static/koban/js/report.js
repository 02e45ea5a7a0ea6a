// The report gains: addresses while one types, and life-saving words that are also read out. Nothing needs this.

const search = document.querySelector("[data-places]");

if (search) {
  const form = search.closest("form"), input = search.querySelector("[data-place]"), list = search.querySelector(".place-list");
  const said = search.querySelector(".place-chosen"), chosen = form.elements.namedItem("address"), button = search.querySelector(".place-find");
  const fields = { lon: form.elements.namedItem("lon"), lat: form.elements.namedItem("lat") };
  let waiting, asked = 0, at = -1;

  if (chosen instanceof HTMLInputElement) {
    if (button) button.hidden = true;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("autocomplete", "off");
    close();
    input.addEventListener("input", () => { forget(); clearTimeout(waiting); waiting = setTimeout(ask, 220); });
    input.addEventListener("keydown", move);
    input.addEventListener("blur", () => setTimeout(close, 150));
    for (const field of Object.values(fields)) field?.addEventListener("change", () => { chosen.value = ""; });
  }

  function forget() { chosen.value = ""; said.textContent = ""; }

  function close() {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    const mine = ++asked, words = input.value.trim();
    if (words.length < 2) return close();
    const body = new URLSearchParams({ place: words, csrfmiddlewaretoken: form.elements.namedItem("csrfmiddlewaretoken").value });
    try {
      const answer = await fetch(search.dataset.places, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok || mine !== asked) return;
      show((await answer.json()).places);
    } catch { close(); }
  }

  function show(places) {
    list.replaceChildren(...places.map(option));
    list.hidden = !places.length;
    at = -1;
    input.setAttribute("aria-expanded", String(Boolean(places.length)));
  }

  function option(place, number) {
    const line = document.createElement("li");
    line.id = `place_${number}`;
    line.textContent = place.label;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.addEventListener("mousedown", (event) => { event.preventDefault(); choose(place); });
    line.koban = place;
    return line;
  }

  function choose(place) {
    input.value = place.label;
    chosen.value = place.id;
    for (const [name, field] of Object.entries(fields)) if (field) { field.value = place[name]; field.dispatchEvent(new Event("koban:place")); }
    said.textContent = "✓ " + place.label;
    close();
  }

  function move(event) {
    if (list.hidden) return;
    const lines = [...list.children];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : -1) + lines.length) % lines.length;
      for (const [number, line] of lines.entries()) line.setAttribute("aria-selected", String(number === at));
      input.setAttribute("aria-activedescendant", lines[at].id);
      lines[at].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      choose(lines[at].koban);
    } else if (event.key === "Escape") close();
  }
}

// The style sheet shows what is said after an answer; a live region says it aloud.
const asks = document.querySelectorAll(".ask");
if (asks.length) {
  const aloud = Object.assign(document.createElement("p"), { className: "hidden-visually" });
  aloud.setAttribute("role", "alert");
  document.querySelector("main").append(aloud);
  for (const ask of asks)
    ask.addEventListener("change", (event) => {
      const told = ask.querySelector(`.ask-said.ask-${event.target.value}`);
      aloud.textContent = told ? told.innerText : "";
    });
}
