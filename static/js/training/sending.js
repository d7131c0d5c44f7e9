/**
 * Send a form only when somebody is there to take it: marks must not go down with a lost connection or a login that is over.
 * Before each sending the form's own page is fetched; a fresh token of it goes into the form, since another login made the old one worthless.
 * form[data-unreachable], form[data-signed-out]: what is said instead, in `line`. beforeSending(): called when it does go.
 */
export function sendWhenReachable(form, { line, beforeSending }) {
  let isReached = false;
  let isAsking = false;
  form.addEventListener("submit", async (event) => {
    if (isReached) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    const { words, token } = await ask(form);
    isAsking = false;
    line.textContent = words;
    line.hidden = !words;
    if (words) return;
    if (token) form.elements.csrfmiddlewaretoken.value = token;
    isReached = true;
    beforeSending();
    form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", () => {
    isReached = false;
  });
}

const PATIENCE_MS = 10_000;

/** {words: why it cannot be sent, "" when it can, token: of the page as it is now, if there is one}. */
async function ask(form) {
  try {
    const response = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.url.includes("/accounts/login/")) return { words: form.dataset.signedOut };
    if (response.status >= 500) return { words: form.dataset.unreachable };
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return { words: "", token: page.querySelector("main [name=csrfmiddlewaretoken]")?.value };
  } catch {
    return { words: form.dataset.unreachable };
  }
}
