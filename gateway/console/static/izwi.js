// Renews the inbox every two seconds, unless somebody is at it. The page is whole without this.
(() => {
  "use strict";
  const list = document.querySelector("[data-refresh]");
  if (!list) return;
  let busy = false;

  const isInUse = () => {
    const selection = document.getSelection();
    return document.hidden || list.contains(document.activeElement) || (selection && !selection.isCollapsed);
  };

  const renew = async () => {
    if (busy || isInUse()) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Izwi-Refresh": "1" }, cache: "no-store", credentials: "same-origin" });
      if (answer.redirected) {
        location.reload();
      } else if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-refresh]");
        if (fresh && !isInUse() && fresh.innerHTML !== list.innerHTML) list.replaceChildren(...fresh.childNodes);
      }
    } catch {
      // The line is down; the next round tries again.
    } finally {
      busy = false;
    }
  };

  setInterval(renew, 2000);
})();
