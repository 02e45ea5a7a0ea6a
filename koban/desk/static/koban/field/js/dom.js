// Making elements. Text is always text: nothing that was written outside is ever read as HTML.

const SPRITE = document.body.dataset.sprite;

/** h("button", { class: "btn", onclick: go, "aria-label": "x" }, "words", child, [more]) */
export function h(tag, told = {}, ...inner) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(told)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inner.flat(3).filter((one) => one !== null && one !== undefined && one !== false && one !== ""));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

export function button(words, symbol, press, kind = "") {
  return h("button", { type: "button", class: `btn ${kind}`, onclick: press }, symbol && icon(symbol), h("span", {}, words));
}

export function badge(words, tone = "grey", symbol = "") {
  return h("span", { class: `badge tone-${tone}` }, symbol && icon(symbol), words);
}

export function notice(tone, symbol, ...inner) {
  return h("div", { class: `notice tone-${tone}`, role: tone === "red" ? "alert" : null }, icon(symbol), h("div", {}, inner));
}

export function card(title, ...inner) {
  return h("section", { class: "card" }, title && h("h2", {}, title), inner);
}

let saying = 0;
export function say(words, tone = "") {
  const line = document.getElementById("said");
  line.textContent = words;
  line.className = `said is-shown ${tone && `tone-${tone}`}`;
  clearTimeout(saying);
  saying = setTimeout(() => { line.className = "said"; }, 5000);
}

/** Ask in a window of our own; resolves to true or false. */
export function ask(question, yes, no) {
  return new Promise((resolve) => {
    const window_ = h("dialog", { class: "ask" }, h("p", {}, question), h("div", { class: "actions" },
      button(no, "x", () => window_.close("no")), button(yes, "check", () => window_.close("yes"), "btn-primary")));
    window_.addEventListener("close", () => { resolve(window_.returnValue === "yes"); window_.remove(); });
    document.body.append(window_);
    window_.showModal();
  });
}
