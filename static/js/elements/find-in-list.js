/** <find-in-list hidden><input type="search">: shows itself, and hides every [data-name] of its form whose name has not all the words typed. */
export class FindInList extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.field = this.querySelector("input");
    this.field.addEventListener("input", () => this.filter());
    // Enter would send the form.
    this.field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }

  filter() {
    const words = plain(this.field.value).split(/\s+/).filter(Boolean);
    const form = this.closest("form");
    for (const each of form.querySelectorAll("[data-name]")) {
      each.hidden = !words.every((word) => plain(each.dataset.name).includes(word));
    }
    for (const list of form.querySelectorAll("[data-list]")) {
      list.hidden = !list.querySelector("[data-name]:not([hidden])");
    }
  }
}

/** Small letters without accents, so that "jose" finds José. */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
