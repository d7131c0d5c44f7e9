// The page of one export: begins it once, then asks every second how far it is. Without it, the buttons and the link on the page do the same.

const ASKS_EVERY_MS = 1000;
const PATIENCE_MS = 10_000;
const GIVES_UP_AFTER = 30;

/** <export-run data-state data-asks data-silent [data-begins]>: a sentence with role="status", a <progress>, and forms marked begin and stop. */
export class ExportRun extends HTMLElement {
  connectedCallback() {
    this.failures = 0;
    this.begin = this.querySelector('[data-part="begin"]');
    this.begin?.addEventListener("submit", () => this.hasBegun());
    if (this.dataset.state === "running") this.ask();
    if ("begins" in this.dataset) this.beginByItself();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  /** Once: whoever comes back to this page, or loads it again, is not sent a second file. */
  beginByItself() {
    history.replaceState(null, "", location.pathname);
    this.begin?.requestSubmit();
  }

  hasBegun() {
    // The form has to be sent before it goes.
    setTimeout(() => {
      this.begin.hidden = true;
      this.querySelector('[data-part="stop"]').hidden = false;
      this.ask();
    });
  }

  async ask() {
    clearTimeout(this.timer);
    try {
      const answer = await fetch(this.dataset.asks, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!answer.ok) throw new Error(String(answer.status));
      this.failures = 0;
      this.show(await answer.json());
    } catch {
      this.failures += 1;
      if (this.failures < GIVES_UP_AFTER) this.askLater();
      else this.say(this.dataset.silent);
    }
  }

  show({ state, rows, expected, sentence }) {
    this.say(sentence);
    const progress = this.querySelector("progress");
    progress.max = Math.max(expected, rows, 1);
    progress.value = rows;
    if (state === "ready" || state === "running") this.askLater();
    else location.reload();
  }

  say(sentence) {
    this.querySelector('[role="status"]').textContent = sentence;
  }

  askLater() {
    this.timer = setTimeout(() => this.ask(), ASKS_EVERY_MS);
  }
}
