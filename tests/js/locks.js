/*
 * Web Locks as the browser gives them, for several pages, and pages that freeze or die: request(…) of locksFor(page).
 */

/** A lock manager; its locksFor(page) is what one page sees as navigator.locks, and closed(page) lets go of what a page that is gone held. */
export function lockManager() {
  const held = new Map();
  const lines = new Map();

  function grant(name) {
    const next = lines.get(name)?.shift();
    if (next) next();
  }

  async function run(page, name, work) {
    const lock = { page, name };
    const lost = new Promise((_, reject) => (lock.lose = () => reject(new DOMException("stolen", "AbortError"))));
    lost.catch(() => {});
    held.set(name, lock);
    try {
      return await Promise.race([work({ name }), lost]);
    } finally {
      if (held.get(name) === lock) {
        held.delete(name);
        grant(name);
      }
    }
  }

  function inLine(page, name, signal) {
    return new Promise((resolve, reject) => {
      const line = lines.get(name) ?? [];
      lines.set(name, line);
      const turn = Object.assign(() => resolve(), { page });
      line.push(turn);
      signal?.addEventListener("abort", () => {
        if (line.includes(turn)) line.splice(line.indexOf(turn), 1);
        reject(signal.reason);
      });
    });
  }

  return {
    locksFor: (page) => ({
      async request(name, { ifAvailable, steal, signal }, work) {
        if (page.gone) return new Promise(() => {});
        if (steal) held.get(name)?.lose();
        else if (held.has(name) && ifAvailable) return work(null);
        else if (held.has(name)) await inLine(page, name, signal);
        return run(page, name, work);
      },
    }),
    closed(page) {
      for (const [name, line] of lines) lines.set(name, line.filter((turn) => turn.page !== page));
      for (const [name, lock] of [...held]) {
        if (lock.page !== page) continue;
        held.delete(name);
        grant(name);
      }
    },
  };
}
