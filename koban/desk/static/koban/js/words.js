// Words come from the page (gettext on the server), so that scripts hold no language.

const block = document.getElementById("koban-words");
const WORDS = block ? JSON.parse(block.textContent) : {};

export function word(key, value) {
  const text = WORDS[key] ?? key;
  return value === undefined ? text : text.replace(/%[sd]/, value);
}

/** A span in at most two units, as components.spell() writes it. */
export function spell(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const minutes = Math.floor(seconds / 60), hours = Math.floor(seconds / 3600), days = Math.floor(seconds / 86400);
  if (days) return two(word("days", days), "hours", hours % 24);
  if (hours) return two(word("hours", hours), "minutes", minutes % 60);
  return minutes ? word("minutes", minutes) : word("seconds", seconds);
}

function two(first, unit, rest) {
  return rest ? `${first} ${word(unit, rest)}` : first;
}
