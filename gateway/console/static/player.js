// Speed, steps, a stretch that is played again and again, and marks. The page is whole without this.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  const set = (player) => {
    const audio = player.querySelector("audio"), wave = player.querySelector("[data-wave]"), controls = player.querySelector("[data-controls]");
    const find = (name) => controls.querySelector(`[data-${name}]`);
    const length = () => (Number.isFinite(audio.duration) ? audio.duration : Number(controls.dataset.seconds)) || 0;
    let from = null, to = null;
    controls.hidden = false;

    const bar = (name) => {
      const drawn = document.createElementNS(SVG, "rect");
      drawn.setAttribute("class", name);
      drawn.setAttribute("y", "0");
      drawn.setAttribute("height", "60");
      drawn.setAttribute("width", "0");
      if (wave) wave.append(drawn);
      return drawn;
    };
    const loop = bar("loop"), here = bar("here");
    const place = (drawn, start, end) => {
      if (!length()) return;
      drawn.setAttribute("x", String((600 * start) / length()));
      drawn.setAttribute("width", String(Math.max(2, (600 * (end - start)) / length())));
    };

    const seek = (seconds) => {
      const go = () => { audio.currentTime = Math.min(Math.max(0, seconds), Math.max(0, length() - 0.05)); };
      if (audio.readyState > 0) go();
      else { audio.addEventListener("loadedmetadata", go, { once: true }); audio.preload = "metadata"; audio.load(); }
      place(here, seconds, seconds);
    };

    const told = find("loop-told");
    const show = () => {
      const is_set = from !== null && to !== null;
      find("loop-to").disabled = from === null || is_set;
      find("loop-end").hidden = from === null;
      told.textContent = is_set
        ? told.dataset.both.replace("#from", clock(from)).replace("#to", clock(to))
        : from !== null ? told.dataset.from.replace("#", clock(from)) : "";
      if (is_set) place(loop, from, to); else loop.setAttribute("width", "0");
    };
    find("back").addEventListener("click", () => seek(audio.currentTime - 5));
    find("on").addEventListener("click", () => seek(audio.currentTime + 5));
    find("speed").addEventListener("change", () => { audio.playbackRate = Number(find("speed").value); });
    find("loop-from").addEventListener("click", () => { from = audio.currentTime; to = null; show(); });
    find("loop-to").addEventListener("click", () => {
      to = audio.currentTime;
      if (to <= from + 0.2) to = Math.min(length(), from + 2);
      show();
      seek(from);
    });
    find("loop-end").addEventListener("click", () => { from = to = null; show(); find("loop-from").focus(); });
    audio.addEventListener("timeupdate", () => {
      place(here, audio.currentTime, audio.currentTime);
      if (to !== null && (audio.currentTime >= to || audio.currentTime < from - 0.5)) seek(from);
    });
    audio.addEventListener("ended", () => { if (to !== null) { seek(from); audio.play().catch(() => {}); } });
    if (wave) wave.addEventListener("click", (press) => {
      const box = wave.getBoundingClientRect();
      seek((length() * (press.clientX - box.left)) / box.width);
    });
    player.querySelectorAll("[data-seek]").forEach((button) => {
      button.disabled = false;
      button.addEventListener("click", () => { seek(Number(button.dataset.seek)); audio.play().catch(() => {}); });
    });
    const at = player.querySelector("[data-at]");
    if (at) at.closest("details").addEventListener("toggle", (opened) => {
      if (opened.target.open && !at.value) { at.value = clock(audio.currentTime); opened.target.querySelector("[name=mark]").focus(); }
    });
  };

  document.querySelectorAll("[data-player]").forEach(set);
})();
