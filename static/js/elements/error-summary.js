/** The box above a refused form: takes the focus if nothing has it, and its links move it on to the field itself. */
export class ErrorSummary extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    // On a slow network somebody may be typing already.
    if (document.activeElement === document.body) this.focus();
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  handleEvent(event) {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    const place = document.getElementById(link.hash.slice(1));
    const control = place?.matches("input, select, textarea") ? place : place?.querySelector("input, select, textarea");
    if (!control) return;
    event.preventDefault();
    control.focus();
  }
}
