/*
 * Give them the cards: a code for the camera of a phone, and the link it holds. Loaded when somebody asks for it.
 *
 * The link names cards and a language, and nothing else: no session, no worker, no person.
 */
import { partsOf, show, word } from "./dom.js";

const sheet = document.getElementById("share");
const parts = partsOf(sheet);

parts.code.addEventListener("error", () => codeCame(false));
parts.code.addEventListener("load", () => codeCame(true));
parts.copy.addEventListener("click", copy);

/** Where these cards are, from the root of the site; cards/public.py makes the same. */
export function addressOf(root, slugs, language) {
  const query = language ? `lang=${language}` : "";
  if (slugs.length === 1) return `${root}${slugs[0]}/${query && `?${query}`}`;
  return `${root}?cards=${slugs.join(",")}${query && `&${query}`}`;
}

/** language: a code of the card's other languages, or null for the deck's own. */
export function openShare(slugs, language) {
  const root = document.body.dataset.cardsUrl;
  const link = location.origin + addressOf(root, slugs, language);
  parts.title.textContent = word(slugs.length === 1 ? "share_one" : "share_many");
  parts.link.textContent = link;
  parts.print.href = link;
  parts.said.textContent = "";
  show(parts.noCode, false);
  show(parts.code, true);
  parts.code.src = `${root}code.svg?cards=${slugs.join(",")}${language ? `&lang=${language}` : ""}`;
  sheet.showModal();
  parts.title.focus();
}

/** Without a connection there is no code; the link is there all the same. */
function codeCame(came) {
  show(parts.code, came);
  show(parts.noCode, !came);
}

/** Where the browser does not let a page copy, the link is marked, so that it can be copied by hand. */
async function copy() {
  try {
    await navigator.clipboard.writeText(parts.link.textContent);
    parts.said.textContent = word("copied");
  } catch (refused) {
    getSelection().selectAllChildren(parts.link);
    parts.said.textContent = word("copy_by_hand");
  }
}
