/*
 * Which screen is showing. The address never changes; the browser's Back button walks through screens.
 *
 * A screen is { root, enter(params)?, leave?() }. Its root says in data-title what it is called, and with data-bar
 * that its heading stands in the bar; otherwise it has an h1 of its own.
 */
import { show } from "./dom.js";

export class Screens {
  #host = document.getElementById("screen");
  #barTitle = document.getElementById("bar-title");
  #made = new Map();
  #makers;
  #mayOpen;
  #onShown;
  #afterWalkingBack = null;
  current = null;
  params = {};

  /**
   * makers: { name: () => screen }, called once each; mayOpen(name) guards Back and reload;
   * onShown(name) is called after every change.
   */
  constructor({ makers, mayOpen, onShown }) {
    this.#makers = makers;
    this.#mayOpen = mayOpen;
    this.#onShown = onShown;
    history.scrollRestoration = "manual";
    addEventListener("popstate", (event) => this.#walked(event.state));
  }

  /** The screen that was open before a reload, else home. */
  open() {
    const state = history.state;
    if (state?.screen && this.#mayOpen(state.screen)) return this.#display(state.screen, state.params);
    this.#remember("home", {}, 0, { replace: true });
    this.#display("home", {});
  }

  go(name, params = {}) {
    if (name === "home") return this.goHome();
    this.#onceThere(() => this.#remember(name, params, this.#depth + 1, { replace: false }));
    this.#display(name, params);
  }

  /** The same screen with other contents (next card, other side): Back still leads out of it. */
  swap(params) {
    const { current } = this;
    this.params = params;
    this.#onceThere(() => this.#remember(current, params, this.#depth, { replace: true }));
  }

  back() {
    if (this.#depth > 0) history.back();
    else this.goHome();
  }

  goHome() {
    this.#startOver("home", {}, 0);
  }

  /** Show a screen with nothing but home behind it, so that Back cannot reopen a session that is over. */
  goAfresh(name, params = {}) {
    this.#startOver(name, params, 1);
  }

  screen(name) {
    if (!this.#made.has(name)) this.#made.set(name, this.#makers[name]());
    return this.#made.get(name);
  }

  get #depth() {
    return history.state?.depth ?? 0;
  }

  #startOver(name, params, depth) {
    const remember = () => {
      this.#remember("home", {}, 0, { replace: true });
      if (depth) this.#remember(name, params, depth, { replace: false });
    };
    // A browser walks back in its own time. Told so twice, it walks out of the page.
    const isWalking = Boolean(this.#afterWalkingBack);
    if (isWalking || this.#depth > 0) this.#afterWalkingBack = remember;
    else remember();
    if (!isWalking && this.#depth > 0) history.go(-this.#depth);
    this.#display(name, params);
  }

  /** Now, or at the end of a walk back: until then the browser stands at a place that is left. */
  #onceThere(remember) {
    const before = this.#afterWalkingBack;
    if (!before) return remember();
    this.#afterWalkingBack = () => {
      before();
      remember();
    };
  }

  #walked(state) {
    const remember = this.#afterWalkingBack;
    this.#afterWalkingBack = null;
    if (remember) return remember();
    const name = state?.screen ?? "home";
    if (this.#mayOpen(name)) return this.#display(name, state?.params ?? {});
    this.#remember("home", {}, state?.depth ?? 0, { replace: true });
    this.#display("home", {});
  }

  #remember(name, params, depth, { replace }) {
    history[replace ? "replaceState" : "pushState"]({ screen: name, params, depth }, "");
  }

  #display(name, params = {}) {
    const next = this.screen(name);
    if (this.current && this.current !== name) this.screen(this.current).leave?.();
    this.current = name;
    this.params = params;
    next.enter?.(params);
    if (this.#host.firstElementChild !== next.root) this.#host.replaceChildren(next.root);
    document.body.dataset.screen = name;
    document.title = next.root.dataset.title;
    this.#nameInBar(next.root);
    this.#onShown(name);
    scrollTo(0, 0);
    this.focusHeading();
  }

  /** Focus the heading, so that a screen reader reads where one is and Tab goes on from there. */
  focusHeading() {
    const headings = [this.#barTitle, ...this.#host.querySelectorAll("h1")];
    const heading = headings.find((each) => each.checkVisibility?.() ?? each.offsetParent !== null);
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  #nameInBar(root) {
    const inBar = "bar" in root.dataset;
    show(this.#barTitle, inBar);
    this.#barTitle.textContent = inBar ? root.dataset.title : "";
  }
}
