// Plays what a caller hears, one prompt after the other. The page is whole without this.
(() => {
  "use strict";
  const list = document.querySelector("[data-heard]");
  const button = document.querySelector("[data-play]");
  if (!list || !button) return;
  const sounds = [...list.querySelectorAll("audio")];
  if (sounds.length === 0) return;
  button.hidden = false;

  const play = (place) => {
    sounds.forEach((sound) => sound.closest("li").removeAttribute("aria-current"));
    const sound = sounds[place];
    if (!sound) return;
    sound.closest("li").setAttribute("aria-current", "true");
    sound.onended = () => play(place + 1);
    sound.play().catch(() => {});
  };

  button.addEventListener("click", () => {
    sounds.forEach((sound) => { sound.pause(); sound.currentTime = 0; });
    play(0);
  });
})();
