/** The box above a refused form: takes the focus unless somebody is in a field already, and its links move it on to the field itself. */
export class ErrorSummary extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
    if (!isInUse(document.activeElement)) this.focus();
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

/** On a slow network this script comes late. A field that the page itself gave the focus is not in use until something is typed. */
function isInUse(focused) {
  if (!focused || focused === document.body) return false;
  return !focused.autofocus || focused.value !== focused.defaultValue;
}
