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

let timeZone; // of the office: its terms are told by its clock, wherever the phone thinks that it is

export function tellTimeOf(office) {
  timeZone = office?.tz;
}

export function clock(at) {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", timeZone });
}

export function moment(at) {
  const day = (told, more) => new Date(told).toLocaleDateString(document.documentElement.lang, { month: "numeric", day: "numeric", timeZone, ...more });
  const year = { year: "numeric" };
  return day(at, year) === day(Date.now(), year) ? clock(at) : `${day(at)} ${clock(at)}`;
}
