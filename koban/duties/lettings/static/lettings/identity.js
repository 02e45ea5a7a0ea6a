// The number of a resident identity card is checked while it is typed (ISO 7064 MOD 11-2). The server checks it again.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], CHECKS = "10X98765432";

for (const box of document.querySelectorAll("[data-identity-check]")) {
  const input = box.querySelector("input"), said = box.querySelector(".identity-said");
  const kind = input.form.elements.namedItem("id_kind");
  const look = () => show(kind && kind.value !== "id_card" ? "" : input.value);
  input.addEventListener("input", look);
  kind?.addEventListener("change", look);
  look();

  function show(typed) {
    const number = typed.replace(/[\s-]/g, "").toUpperCase();
    const [sentence, mood] = judged(number);
    said.textContent = sentence;
    said.className = `identity-said ${mood}`;
  }

  function judged(number) {
    if (!/^\d{17}[\dX]$/.test(number)) return ["", ""];
    const day = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`, born = new Date(`${day}T00:00:00Z`);
    if (Number.isNaN(born.getTime()) || born.toISOString().slice(0, 10) !== day) return [box.dataset.day, "is-wrong"];
    const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0);
    if (CHECKS[sum % 11] !== number[17]) return [box.dataset.wrong, "is-wrong"];
    return [`✓ ${box.dataset.right} (${box.dataset.born} ${day})`, "is-right"];
  }
}
