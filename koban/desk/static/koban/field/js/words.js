// The words of the app and of the shift, in the language that was chosen on this phone.

const ALL = JSON.parse(document.getElementById("field-words").textContent);
const CHOSEN = "koban-field-language";

export function language() {
  const chosen = localStorage.getItem(CHOSEN);
  if (chosen in ALL) return chosen;
  return document.documentElement.lang.startsWith("zh") ? "zh-hans" : "en";
}

export function switchLanguage() {
  localStorage.setItem(CHOSEN, language() === "en" ? "zh-hans" : "en");
  mark();
}

export function otherLanguage() { return language() === "en" ? "中文" : "English"; }

export function mark() { document.documentElement.lang = language() === "en" ? "en" : "zh-Hans"; }

/** t("unsent", { n: 3 }) */
export function t(key, places = {}) {
  const words = ALL[language()][key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_whole, name) => places[name] ?? "");
}

/** A word that the office sent in every language. */
export function said(both) {
  return typeof both === "string" ? both : both?.[language()] ?? both?.["zh-hans"] ?? "";
}

export function clock(at) {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

export function moment(at) {
  const day = new Date(at);
  const isToday = day.toDateString() === new Date().toDateString();
  return isToday ? clock(at) : `${day.toLocaleDateString(document.documentElement.lang, { month: "numeric", day: "numeric" })} ${clock(at)}`;
}
