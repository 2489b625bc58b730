"use strict";

// The page works without this: it only saves the reloading.
(() => {
  const pause = 700;
  const lost = document.querySelector(".lost");
  let version = document.body.dataset.version;

  const toBottom = (screen) => { screen.scrollTop = screen.scrollHeight; };

  const show = (changes) => {
    version = changes.version;
    for (const change of changes.screens) {
      const screen = [...document.querySelectorAll(".screen")].find((one) => one.dataset.phone === change.number);
      if (!screen) { location.reload(); return; }
      if (screen.dataset.html === change.html) { continue; }
      const isAtBottom = screen.scrollHeight - screen.scrollTop - screen.clientHeight < 60;
      screen.innerHTML = change.html; // made and escaped by the server
      screen.dataset.html = change.html;
      if (isAtBottom) { toBottom(screen); }
    }
  };

  const look = async () => {
    const answer = await fetch(`${document.body.dataset.changes}?version=${version}`);
    lost.hidden = true;
    if (answer.status === 200) { show(await answer.json()); }
  };

  const keepLooking = async () => {
    try { await look(); } catch { lost.hidden = false; }
    setTimeout(keepLooking, document.hidden ? 4 * pause : pause);
  };

  const send = async (form) => {
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-Requested-With": "fetch" },
      });
      if (answer.ok) { form.elements.text.value = ""; }
      await look();
      toBottom(form.closest(".phone").querySelector(".screen"));
    } catch { lost.hidden = false; }
    button.disabled = false;
    form.elements.text.focus();
  };

  for (const form of document.querySelectorAll("form.type")) {
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
    form.elements.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    });
  }
  document.querySelectorAll(".screen").forEach(toBottom);
  keepLooking();
})();
