// A long list of choices gets a field above it: typing letters leaves only the names that hold them, and those chosen already.

/** <narrow-choices data-of="id of the field" data-label="…">: around a form. Without it the whole list is there. */
export class NarrowChoices extends HTMLElement {
  connectedCallback() {
    const field = document.getElementById(this.dataset.of);
    const list = field?.querySelector(".choices");
    if (!list || list.children.length < 8 || this.narrowed) return;
    this.narrowed = true;
    list.before(this.input(list));
  }

  input(list) {
    const input = document.createElement("input");
    input.type = "search";
    input.className = "field-control narrow";
    input.placeholder = this.dataset.label;
    input.setAttribute("aria-label", this.dataset.label);
    input.addEventListener("input", () => narrow(list, input.value));
    // Enter here means "look", not "send the form".
    input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    return input;
  }
}

function narrow(list, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  for (const choice of list.children) {
    const text = choice.textContent.toLowerCase();
    choice.hidden = !choice.querySelector("input").checked && !words.every((word) => text.includes(word));
  }
}
