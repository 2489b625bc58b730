"use strict";

// The page works without this: it only saves the reloading, and gives the phones sound and a sense of time.
(() => {
  const pause = 700, pauseInCall = 150;
  const lost = document.querySelector(".lost");
  let version = document.body.dataset.version;

  const toBottom = (screen) => { screen.scrollTop = screen.scrollHeight; };
  const of = (kind, number) => [...document.querySelectorAll(kind)].find((one) => one.dataset.phone === number);

  const showTexts = (screen, html) => {
    if (screen.dataset.html === html) { return; }
    const isAtBottom = screen.scrollHeight - screen.scrollTop - screen.clientHeight < 60;
    screen.innerHTML = html; // made and escaped by the server
    screen.dataset.html = html;
    if (isAtBottom) { toBottom(screen); }
  };

  const show = (changes) => {
    version = changes.version;
    for (const change of changes.screens) {
      const screen = of(".screen", change.number);
      if (!screen) { location.reload(); return; }
      showTexts(screen, change.html);
      calls.show(of(".call", change.number), change.call);
    }
  };

  const look = async () => {
    const answer = await fetch(`${document.body.dataset.changes}?version=${version}`);
    lost.hidden = true;
    if (answer.status === 200) { show(await answer.json()); }
  };

  const keepLooking = async () => {
    try { await look(); } catch { lost.hidden = false; }
    const isCalling = document.querySelector(".panel:not(.over)");
    setTimeout(keepLooking, document.hidden ? 4 * pause : isCalling ? pauseInCall : pause);
  };

  const type = async (form) => {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) { return; }
    form.elements.text.value = form.elements.attach.value = form.elements.file.value = "";
    form.querySelector(".bring").classList.remove("full");
    form.querySelector(".attach").open = false;
  };

  const submit = async (form, button) => {
    if (button) { button.disabled = true; }
    try {
      await (form.matches(".type") ? type(form) : calls.submit(form, button));
      await look();
      if (form.matches(".type")) { toBottom(form.closest(".phone").querySelector(".screen")); }
    } catch { lost.hidden = false; }
    if (button) { button.disabled = false; }
    if (form.matches(".type")) { form.elements.text.focus(); } else if (button?.isConnected) { button.focus(); }
  };

  document.addEventListener("submit", (event) => { event.preventDefault(); submit(event.target, event.submitter); });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("textarea")) {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); event.target.form.requestSubmit(); }
    } else { calls.press(event); }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".microphone");
    if (button) { calls.record(button.closest(".call")); }
  });
  document.addEventListener("change", (event) => {
    if (event.target.type === "file") { event.target.closest(".bring").classList.toggle("full", event.target.files.length > 0); }
    if (event.target.closest(".when")) { event.target.form.requestSubmit(); }
  });
  document.querySelectorAll(".screen").forEach(toBottom);
  document.querySelectorAll(".call").forEach(calls.drive);
  keepLooking();
})();
