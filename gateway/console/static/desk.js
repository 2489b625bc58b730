// The inbox and a report, made better: keys, an inbox that renews itself, and who else is at work. Every page is whole without this.
(() => {
  "use strict";
  const QUIET = { headers: { "X-Izwi-Refresh": "1" }, cache: "no-store", credentials: "same-origin" };
  const EVERY = 5000; // how often the inbox asks whether it is still as it was
  const AT_WORK = 15000; // how often a report says that it is looked at
  const IN_HAND = 2000; // a mouse that was moved so lately is about to press something
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // The list.

  const list = one("[data-pulse]");
  const fresh = one(".fresh");
  let busy = false;
  let moved = -Infinity;
  let waiting = null;

  const isSelected = (part) => {
    const selection = document.getSelection();
    return Boolean(selection && !selection.isCollapsed && selection.containsNode(part, true));
  };
  const isHeld = (part) =>
    part.contains(document.activeElement) || isSelected(part) || Boolean(part.querySelector("input:checked, details[open], .choose"));
  const isInUse = () =>
    isHeld(list) || performance.now() - moved < IN_HAND || window.scrollY > list.getBoundingClientRect().top + window.scrollY;

  const show = (page) => {
    waiting = null;
    fresh.replaceChildren();
    list.dataset.mark = page.dataset.mark;
    list.replaceChildren(...page.childNodes);
  };

  // Renews each row where it stands, but none that somebody is at; what would move waits for a press.
  const renewRows = (page) => {
    const rows = new Map([...list.querySelectorAll("[data-id]")].map((row) => [row.dataset.id, row]));
    const order = [...page.querySelectorAll("[data-id]")].map((row) => row.dataset.id);
    for (const row of page.querySelectorAll("[data-id]")) {
      const shown = rows.get(row.dataset.id);
      if (shown && !isHeld(shown) && shown.innerHTML !== row.innerHTML) shown.replaceWith(row.cloneNode(true));
    }
    return { added: order.filter((id) => !rows.has(id)).length, isMoved: order.join() !== [...rows.keys()].join() };
  };

  const offer = (page) => {
    const { added, isMoved } = renewRows(page);
    list.dataset.mark = page.dataset.mark;
    if (!added && !isMoved) return;
    waiting = page;
    const words = !added ? list.dataset.moved : added === 1 ? list.dataset.one : list.dataset.many.replace("#", added);
    const button = fresh.querySelector("button") || document.createElement("button");
    if (button.textContent !== words) button.textContent = words;
    button.type = "button";
    button.onclick = () => {
      show(waiting);
      list.focus({ preventScroll: true });
    };
    if (!button.isConnected) fresh.append(button);
  };

  const renew = async () => {
    const answer = await fetch(location.href, QUIET);
    if (answer.redirected) return location.reload();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const notices = page.querySelector("#notices");
    if (notices && notices.querySelectorAll("section").length !== all("#notices section").length) one("#notices").replaceWith(notices);
    const renewed = page.querySelector("[data-pulse]");
    if (renewed) isInUse() ? offer(renewed) : show(renewed);
  };

  const look = async () => {
    if (busy || document.hidden) return;
    busy = true;
    try {
      if (waiting && !isInUse()) show(waiting);
      const headers = { ...QUIET.headers, "If-None-Match": `"${list.dataset.mark}"` };
      const answer = await fetch(list.dataset.pulse, { ...QUIET, headers });
      if (answer.redirected) location.reload();
      else if (answer.status === 200) await renew();
    } catch {
      // The line is down; the next round tries again.
    } finally {
      busy = false;
    }
  };

  if (list) {
    list.addEventListener("pointermove", () => (moved = performance.now()));
    document.addEventListener("visibilitychange", look);
    setInterval(look, EVERY);
    const goOn = one("[data-go-on]");
    if (goOn) setInterval(() => isInUse() || location.replace(goOn.href), 500);
  }

  // A report.

  const atWork = one("[data-at-work]");
  const say = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(atWork.dataset.atWork, QUIET);
      if (!answer.ok || answer.redirected) return;
      const { looking, done } = await answer.json();
      const told = looking.map((name) => atWork.dataset.looking.replace("#", name));
      if (done.length) told.push(atWork.dataset.done.replace("#", done.join(", ")));
      if (atWork.textContent.trim() === told.join(" ")) return;
      atWork.replaceChildren(
        ...told.flatMap((words) => {
          const tag = document.createElement("span");
          tag.className = "tag look";
          tag.textContent = words;
          return [tag, " "];
        }),
      );
    } catch {
      // The line is down; the next round tries again.
    }
  };
  if (atWork) {
    document.addEventListener("visibilitychange", say);
    setInterval(say, AT_WORK);
  }

  // Keys.

  const dialog = one("#keys");
  const OFF = "izwi-keys-off";
  const isOff = () => localStorage.getItem(OFF) !== null;
  const rows = () => all("[data-id]");
  const current = () => rows().find((row) => row.contains(document.activeElement));
  const step = (by) => {
    const every = rows();
    const at = every.indexOf(current());
    const row = every[at < 0 ? (by > 0 ? 0 : every.length - 1) : Math.min(Math.max(at + by, 0), every.length - 1)];
    if (!row) return;
    row.querySelector("th a").focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const press = (selector) => {
    const found = one(selector);
    if (found) found.click();
  };
  const open = (hash) => {
    const row = current();
    if (!row) return;
    if (hash) sessionStorage.setItem("izwi-go", hash);
    location.assign(row.querySelector("th a").href + hash);
  };
  // Goes to a part of the report, and into its first field.
  const go = (hash) => {
    if (list) return open(hash);
    const part = one(hash);
    if (!part) return;
    for (let outer = part; outer; outer = outer.parentElement) if (outer.tagName === "DETAILS") outer.open = true;
    const inner = part.querySelector("details");
    if (inner && !part.querySelector("form")?.checkVisibility?.()) inner.open = true;
    part.scrollIntoView();
    const field = part.querySelector("textarea, select, input:not([type=hidden])");
    if (field) field.focus({ preventScroll: true });
  };
  const claim = () => {
    if (!list) return press('form[action$="/claim"] button');
    const row = current();
    if (row && !one("[data-id] input:checked")) row.querySelector("input").checked = true;
    if (one("[data-id] input:checked")) press("#acts [name=claim]");
  };
  const choose = () => {
    const box = current()?.querySelector("input");
    if (box) box.checked = !box.checked;
  };
  const DOES = {
    j: () => step(1),
    k: () => step(-1),
    o: () => open(""),
    c: claim,
    g: () => go("#grade"),
    r: () => go("#reply"),
    n: () => press("[aria-keyshortcuts=n]"),
    x: choose,
    u: () => press("[aria-keyshortcuts=u]"),
    i: () => press("[aria-keyshortcuts=i]"),
    "/": () => press('nav a[href$="/search"]'),
    "?": () => dialog && dialog.showModal(),
  };
  const isTyped = (target) =>
    target.isContentEditable || target.closest("input:not([type=checkbox], [type=radio]), textarea, select, audio, video, dialog");

  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing && !event.defaultPrevented;
    if (!isPlain || !(event.target instanceof Element) || isTyped(event.target)) return;
    if (event.key !== "?" && isOff()) return;
    const act = Object.hasOwn(DOES, event.key) && DOES[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  for (const link of dialog ? all("[data-keys]") : []) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.showModal();
    });
  }
  const on = one("[data-keys-on]");
  if (on) {
    on.checked = !isOff();
    on.addEventListener("change", () => (on.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "")));
  }
  const goal = sessionStorage.getItem("izwi-go");
  if (goal && !list) {
    sessionStorage.removeItem("izwi-go");
    // Once it is loaded: until then the browser goes to the address's part by itself, and takes the focus off its fields.
    if (goal === location.hash) addEventListener("load", () => setTimeout(go, 50, goal));
  }
})();
