/**
 * Around a form whose button talks to a passkey: <passkey-form data-does="create" | "get" data-problem="…"> with a <form>, a hidden field
 * named "credential" and a JSON script with the options. Needs allauth's webauthn-json.js, which puts `webauthnJSON` on the window.
 */
export class PasskeyForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", this);
    this.say(window.webauthnJSON?.supported() ? "" : this.dataset.unsupported);
  }

  disconnectedCallback() {
    this.form.removeEventListener("submit", this);
  }

  async handleEvent(event) {
    event.preventDefault();
    this.say("");
    try {
      const options = JSON.parse(this.querySelector("script[type='application/json']").textContent);
      const ask = this.dataset.does === "create" ? window.webauthnJSON.create : window.webauthnJSON.get;
      this.form.elements.credential.value = JSON.stringify(await ask(options.creation_options ?? options.request_options));
      this.form.submit();
    } catch {
      this.say(this.dataset.problem);
    }
  }

  say(sentence) {
    const place = this.querySelector("[role='status']");
    place.textContent = sentence;
    place.hidden = !sentence;
  }
}
