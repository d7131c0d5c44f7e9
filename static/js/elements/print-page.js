/** <print-page hidden><button>: shows its button, which prints. Without scripts the browser's own menu does. */
export class PrintPage extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => print());
  }
}
