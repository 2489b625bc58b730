// Saves what is being written down by itself, as a sealed draft on the server; nothing is kept in the browser. Where that fails it
// says so and tries again, with the token of a new session too. The page is whole without this.
(() => {
  "use strict";
  const WAIT = 800, AGAIN = 4000;

  const set = (form) => {
    const told = form.querySelector("[data-saved]"), fields = [...form.querySelectorAll("textarea")];
    const token = form.querySelector("[name=csrf_token]");
    const written = () => fields.map((field) => field.value).join("\0");
    let saved = written(), timer = 0, busy = false, leaving = false;
    form.querySelector("[data-save]").hidden = true;

    const body = () => {
      const data = new URLSearchParams({ csrf_token: token.value });
      fields.forEach((field) => data.set(field.name, field.value));
      return data;
    };
    const send = () => fetch(form.dataset.draft, { method: "POST", body: body(), headers: { "X-Izwi-Draft": "1" }, credentials: "same-origin", redirect: "manual" });

    // Whoever signed in again, in another tab, has another token: it stands in the page as it would be now.
    const renew = async () => {
      const answer = await fetch(location.pathname, { credentials: "same-origin", redirect: "manual", headers: { "X-Izwi-Refresh": "1" } });
      if (!answer.ok) return false;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[name=csrf_token]");
      if (fresh) document.querySelectorAll("[name=csrf_token]").forEach((field) => { field.value = fresh.value; });
      return Boolean(fresh);
    };

    const save = async () => {
      clearTimeout(timer);
      if (busy || leaving || written() === saved) return;
      busy = true;
      const now = written();
      try {
        let answer = await send();
        if (!answer.ok && answer.status !== 413 && (await renew())) answer = await send();
        if (answer.ok) {
          saved = now;
          told.textContent = told.dataset.kept.replace("#", await answer.text());
          told.classList.remove("failed");
        } else {
          fail(told.dataset.ended);
        }
      } catch {
        fail(told.dataset.down);
      } finally {
        busy = false;
        if (written() !== saved) timer = setTimeout(save, told.classList.contains("failed") ? AGAIN : WAIT);
      }
    };
    const fail = (sentence) => { told.textContent = sentence; told.classList.add("failed"); };

    fields.forEach((field) => field.addEventListener("input", () => {
      if (!told.classList.contains("failed")) told.textContent = told.dataset.waits;
      clearTimeout(timer);
      timer = setTimeout(save, WAIT);
    }));
    form.addEventListener("submit", () => { leaving = true; });
    const flush = () => {
      if (written() === saved || leaving) return;
      fetch(form.dataset.draft, { method: "POST", body: body(), headers: { "X-Izwi-Draft": "1" }, credentials: "same-origin", keepalive: true }).catch(() => {});
    };
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
    addEventListener("beforeunload", (leave) => { if (written() !== saved && !leaving) leave.preventDefault(); });
  };

  document.querySelectorAll("[data-draft]").forEach(set);
})();
