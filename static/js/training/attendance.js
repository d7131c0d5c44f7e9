// Attendance in a room, on a tablet in one hand: everyone with one tap, a wrong tap taken back with another, how far one is, and a question
// before leaving with marks that are not saved.
import { sendWhenReachable } from "./sending.js";

/** Bring the form of the attendance page to life. */
export function watchAttendance(form) {
  const rows = () => [...form.querySelectorAll(".mark")];
  let isSending = false;

  const refresh = () => {
    showCount(form.querySelector("[data-count]"), rows().map(stateOf));
    const reason = form.querySelector("[data-reason]");
    if (reason) reason.hidden = !rows().some((row) => row.dataset.stands && stateOf(row) !== row.dataset.stands);
  };
  const fill = (state) => {
    for (const row of rows().filter((row) => !stateOf(row))) row.querySelector(`[value="${state}"]`).checked = true;
    refresh();
  };

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    event.preventDefault();
    fill(button.dataset.fill);
  });
  takesBack(form, refresh);
  form.addEventListener("change", refresh);
  sendWhenReachable(form, {
    line: form.querySelector("[data-said]"),
    beforeSending: () => {
      isSending = true;
    },
  });
  addEventListener("pageshow", () => {
    isSending = false;
    refresh();
  });
  addEventListener("beforeunload", (event) => {
    if (!isSending && rows().some((row) => stateOf(row) !== row.dataset.stands)) event.preventDefault();
  });
  refresh();
}

/** The state chosen in a row, "" for none. */
function stateOf(row) {
  return row.querySelector("input:checked")?.value ?? "";
}

/** A tap on what is chosen already takes it back, as long as nothing is saved for that person. */
function takesBack(form, refresh) {
  let wasOn = null;
  const remember = (event) => {
    const input = event.target.closest(".chip")?.querySelector("input");
    wasOn = input?.checked ? input : null;
  };
  form.addEventListener("pointerdown", remember);
  form.addEventListener("click", (event) => {
    if (event.target !== wasOn || event.target.closest(".mark").dataset.stands) return;
    event.target.checked = false;
    wasOn = null;
    refresh();
  });
}

function showCount(line, states) {
  const counted = [
    ["attended", line.dataset.there],
    ["part", line.dataset.part],
    ["absent", line.dataset.absent],
    ["", line.dataset.left],
  ].map(([state, words]) => [states.filter((each) => each === state).length, words]);
  line.textContent = counted.filter(([count], place) => count || place === 0).map(([count, words]) => `${count} ${words}`).join(" · ");
  line.hidden = false;
}
