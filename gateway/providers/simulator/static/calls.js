"use strict";

// A phone in a call: it plays what the line says, counts the time, listens to the microphone. The server keeps no time: this
// script tells it when a prompt has been heard out and when nobody has done anything for as long as the line waits.
window.calls = (() => {
  const phones = new Map(); // number -> what sounds and runs there
  let sounding = null; // the audio context, made by the first click

  const context = () => {
    sounding ??= new AudioContext();
    if (sounding.state === "suspended") { sounding.resume(); }
    return sounding;
  };

  const send = (number, act, fields = {}, file = null) => {
    const body = new FormData();
    body.set("phone", number);
    for (const [name, value] of Object.entries(fields)) { body.set(name, value); }
    if (file) { body.set("file", file, "microphone"); }
    return fetch(`/call/${act}`, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  };

  const beep = (seconds, done) => {
    try {
      const tone = new OscillatorNode(context(), { frequency: 1000 });
      const quiet = new GainNode(context(), { gain: 0.08 });
      tone.connect(quiet).connect(context().destination);
      tone.start();
      tone.stop(context().currentTime + seconds);
    } catch { /* no sound here: the time passes all the same */ }
    const timer = setTimeout(done, seconds * 1000);
    return () => clearTimeout(timer);
  };

  const after = (seconds, done) => {
    const timer = setTimeout(done, seconds * 1000);
    return () => clearTimeout(timer);
  };

  const say = (text, language, seconds, done) => {
    const voices = window.speechSynthesis ? speechSynthesis.getVoices() : [];
    if (!voices.length) { return after(seconds, done); }
    const words = new SpeechSynthesisUtterance(text);
    if (language) { words.lang = language; }
    words.onend = done;
    words.onerror = done;
    speechSynthesis.speak(words);
    const late = after(3 * seconds + 5, done); // some browsers never tell the end
    return () => { late(); words.onend = words.onerror = null; speechSynthesis.cancel(); };
  };

  const play = (address, seconds, done) => {
    const sound = new Audio(address);
    sound.onended = done;
    let instead = () => {};
    const silently = () => { instead(); instead = after(seconds, done); };
    sound.onerror = silently;
    sound.play().catch(silently);
    return () => { instead(); sound.onended = sound.onerror = null; sound.pause(); };
  };

  const start = (panel, done) => {
    const { kind, text, language, sound } = panel.dataset;
    const seconds = Number(panel.dataset.lasts);
    if (kind === "say") { return say(text, language, seconds, done); }
    if (kind === "play") { return play(sound, seconds, done); }
    if (kind === "tone") { return beep(seconds, done); }
    return after(seconds, done);
  };

  const state = (number) => {
    if (!phones.has(number)) { phones.set(number, { playing: "", stop: () => {}, turn: "", timer: 0, recorder: null, ring: 0 }); }
    return phones.get(number);
  };

  const wait = (number, at, panel) => {
    clearTimeout(at.timer);
    at.turn = panel.dataset.turn ?? "";
    const seconds = Number(panel.dataset.waits ?? 0);
    if (at.turn && seconds && !at.recorder) { at.timer = setTimeout(() => send(number, "pass"), seconds * 1000); }
  };

  const ring = (at, isRinging) => {
    if (isRinging && !at.ring && sounding) { at.ring = setInterval(() => beep(0.35, () => {}), 1500); }
    if (!isRinging) { clearInterval(at.ring); at.ring = 0; }
  };

  // Do what the panel of a phone says is going on.
  const drive = (box) => {
    const number = box.dataset.phone, at = state(number), panel = box.querySelector(".panel");
    box.closest(".phone").classList.toggle("in-call", Boolean(panel));
    const given = panel ? panel.dataset : {};
    ring(at, given.state === "ringing" && given.placed === "yes");
    const isDriven = given.driven === "yes" && given.state !== "over";
    const playing = isDriven ? given.playing ?? "" : "";
    if (playing !== at.playing) {
      at.stop();
      at.playing = playing;
      at.stop = playing ? start(panel, () => send(number, "heard", { number: playing })) : () => {};
    }
    if (isDriven && (given.turn ?? "") !== at.turn) { wait(number, at, panel); }
    if (!isDriven) { clearTimeout(at.timer); at.turn = ""; if (at.recorder) { at.recorder.stop(); } }
    const button = box.querySelector(".microphone");
    if (button) {
      button.hidden = !(navigator.mediaDevices && window.MediaRecorder);
      button.classList.toggle("live", Boolean(at.recorder));
      button.querySelector(".does").textContent = at.recorder ? "Stop" : "Microphone";
    }
    const heard = box.querySelector(".heard");
    if (heard) { heard.scrollTop = heard.scrollHeight; }
  };

  // Show a new panel, but leave alone what is the same: a chosen file, the focus.
  const show = (box, html) => {
    if (box.dataset.html === html) { return; }
    box.dataset.html = html;
    const made = document.createElement("template");
    made.innerHTML = html; // made and escaped by the server
    const old = box.querySelector(".panel"), fresh = made.content.querySelector(".panel");
    const parts = (panel) => [...panel.querySelectorAll("[data-part]")];
    const names = (panel) => parts(panel).map((part) => part.dataset.part).join();
    if (!old || !fresh || names(old) !== names(fresh)) {
      box.replaceChildren(made.content);
      box.querySelector("[autofocus]")?.focus();
    } else {
      for (const name of Object.keys(old.dataset)) { delete old.dataset[name]; }
      Object.assign(old.dataset, fresh.dataset);
      old.className = fresh.className;
      parts(fresh).forEach((part, place) => {
        const was = parts(old)[place];
        if (part.innerHTML !== was.innerHTML && !["keys", "speak"].includes(part.dataset.part)) { was.replaceWith(part); }
      });
    }
    drive(box);
  };

  // Stop the microphone and wait until what it heard is with the server.
  const finish = async (number) => {
    const at = state(number);
    if (at.recorder) { at.recorder.stop(); await at.sent; }
  };

  const record = async (box) => {
    const number = box.dataset.phone, at = state(number);
    if (at.recorder) { await finish(number); return; }
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); } catch {
      box.querySelector(".does").textContent = "No microphone";
      return;
    }
    clearTimeout(at.timer);
    const recorder = new MediaRecorder(stream), pieces = [];
    recorder.ondataavailable = (event) => pieces.push(event.data);
    at.sent = new Promise((done) => {
      recorder.onstop = async () => {
        at.recorder = null;
        stream.getTracks().forEach((track) => track.stop());
        try { await send(number, "speak", {}, new Blob(pieces, { type: recorder.mimeType })); } finally { done(); drive(box); }
      };
    });
    at.recorder = recorder;
    recorder.start();
    drive(box);
  };

  const submit = async (form, button) => {
    const number = form.elements.phone.value, act = form.action.split("/").pop();
    context();
    if (act !== "speak") { await finish(number); }
    const body = new FormData(form);
    if (button?.name) { body.set(button.name, button.value); }
    await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    if (act === "speak") { form.reset(); form.querySelector(".bring")?.classList.remove("full"); }
    if (act === "dial" || act === "ussd") { form.closest("details")?.removeAttribute("open"); }
  };

  const press = (event) => {
    const phone = document.activeElement?.closest(".phone.in-call");
    if (!phone || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { return; }
    const key = [...phone.querySelectorAll(".keys button")].find((one) => one.value === event.key);
    if (!key) { return; }
    event.preventDefault();
    key.classList.add("pressed");
    setTimeout(() => key.classList.remove("pressed"), 150);
    key.form.requestSubmit(key);
  };

  return { drive, press, record, show, submit };
})();
