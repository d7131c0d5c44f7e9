/** A password field with a button that shows what was typed. The field goes back to dots when its form is sent. */
export class ShowPassword extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "button";
    this.button.dataset.kind = "line";
    this.button.textContent = this.dataset.show;
    this.button.setAttribute("aria-label", this.dataset.label);
    this.button.addEventListener("click", () => this.show(this.field.type === "password"));
    this.field.form?.addEventListener("submit", () => this.show(false));
    this.append(this.button);
    this.show(false);
  }

  disconnectedCallback() {
    this.button.remove();
  }

  show(visible) {
    this.field.type = visible ? "text" : "password";
    this.button.setAttribute("aria-pressed", String(visible));
  }
}
