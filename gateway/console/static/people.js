// Leaving by the Escape key, passkeys, and the code of an invitation from its link. Every page is whole without this.
(() => {
  "use strict";

  const away = document.body.dataset.away;
  if (away) {
    location.replace(away); // the page that one left from is not a step back
    return;
  }

  const door = document.querySelector("[data-leave]");
  const leave = () => {
    document.documentElement.hidden = true;
    navigator.sendBeacon(door.action);
    location.replace(door.dataset.leave);
  };
  if (door) {
    let last = -Infinity;
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.repeat) return;
      if (event.timeStamp - last < 700) leave();
      last = event.timeStamp;
    });
    door.addEventListener("submit", (event) => {
      event.preventDefault();
      leave();
    });
  }

  const field = document.querySelector("[data-from-link]");
  if (field && location.hash.length > 1) {
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const asked = (form) => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
    if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
    return navigator.credentials[form.dataset.passkey]({ publicKey: options });
  };

  const answered = (credential) => {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  };

  for (const form of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        form.elements.answer.value = answered(await asked(form));
        form.submit();
      } catch {
        form.querySelector("[data-says]").textContent = form.dataset.failed;
      }
    });
  }
})();
