// Urgent reports ring and blink in the title until somebody has seen them here, or they no longer wait.

const MUTED = "koban-muted", SEEN = "koban-seen", ALSO_HIGH = "koban-rings-high";

export class Alarm {
  constructor({ every, words, line, sentence, button, sound }) {
    this.every = every * 1000;
    Object.assign(this, { words, line, sentence, button, sound });
    this.ringing = new Map();
    this.seen = new Set(JSON.parse(sessionStorage.getItem(SEEN) ?? "[]"));
    this.timer = 0;
    this.pen = null;
    button.addEventListener("click", () => this.see());
    sound.hidden = false;
    sound.addEventListener("click", () => this.toggle());
    // Not pointerdown: the words change then, the page moves, and the finger comes up beside what it meant.
    for (const wake of ["click", "keydown"]) addEventListener(wake, () => this.wake(), { passive: true });
    this.show();
  }

  get muted() { return localStorage.getItem(MUTED) === "1"; }

  /** Whether a report of this priority rings: the most urgent always, high ones where this computer is set so. */
  rings(priority) { return priority === 1 || (priority === 2 && this.alsoHigh); }

  get alsoHigh() { return localStorage.getItem(ALSO_HIGH) === "1"; }
  set alsoHigh(wanted) { localStorage.setItem(ALSO_HIGH, wanted ? "1" : "0"); }

  add(id, title) {
    if (this.seen.has(id) || this.ringing.has(id)) return;
    this.ringing.set(id, title);
    this.ring();
    this.show();
  }

  drop(id) {
    if (this.ringing.delete(id)) this.show();
  }

  see() {
    for (const id of this.ringing.keys()) this.seen.add(id);
    sessionStorage.setItem(SEEN, JSON.stringify([...this.seen].slice(-200)));
    this.ringing.clear();
    this.show();
  }

  show() {
    const titles = [...this.ringing.values()];
    this.line.hidden = !titles.length;
    this.sentence.textContent = titles.length ? this.words.urgent.replace("%s", titles.join(" · ")) : "";
    document.title = titles.length ? `(${titles.length}) ${this.sentence.textContent}` : `${this.words.title} · Koban`;
    clearInterval(this.timer);
    if (titles.length) this.timer = setInterval(() => this.ring(), this.every);
    this.label();
  }

  toggle() {
    localStorage.setItem(MUTED, this.muted ? "0" : "1");
    this.wake();
    this.label();
  }

  label() {
    const asleep = !this.muted && (!this.pen || this.pen.state !== "running");
    this.sound.setAttribute("aria-pressed", String(!this.muted));
    this.sound.classList.toggle("is-asleep", asleep);
    this.sound.querySelector("span").textContent = this.muted ? this.words.muted : asleep ? this.words.sleeping : this.words.sound;
    const use = this.sound.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, this.muted ? "#volume-off" : "#volume"));
  }

  // A browser lets a page sound only after somebody touched it once.
  wake() {
    this.pen ??= new AudioContext();
    if (this.pen.state !== "running") this.pen.resume().then(() => this.label());
    else this.label();
  }

  ring() {
    if (this.muted || this.pen?.state !== "running") return;
    const now = this.pen.currentTime;
    for (const [at, pitch] of [[0, 880], [0.22, 1175], [0.44, 880], [0.66, 1175]]) this.note(now + at, pitch);
  }

  note(at, pitch) {
    const tone = this.pen.createOscillator(), loud = this.pen.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.35, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.2);
    tone.connect(loud).connect(this.pen.destination);
    tone.start(at);
    tone.stop(at + 0.22);
  }
}
