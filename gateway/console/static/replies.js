// Counts a reply as the network does, live, and puts a text in without asking the server. The page is whole without this.
(() => {
  "use strict";
  const form = document.querySelector("[data-reply]");
  if (!form) return;
  const text = form.elements.reply, answers = form.querySelector("[data-answers]"), told = form.querySelector("[data-length]");
  // 3GPP TS 23.038, 6.2.1; the same as handlers/desk/lengths.py, and a test holds the two together.
  const basic = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const twice = new Set("^{}\\[~]|€\f");

  const measure = (written) => {
    const letters = [...written];
    const odd = [...new Set(letters.filter((letter) => !basic.has(letter) && !twice.has(letter)))].join("");
    const sizes = letters.map((letter) => (odd ? letter.length : twice.has(letter) ? 2 : 1));
    const [one, part] = odd ? [70, 67] : [160, 153];
    const used = sizes.reduce((sum, size) => sum + size, 0);
    if (used <= one) return { used, room: one, parts: written ? 1 : 0, odd };
    let parts = 1, left = part;
    for (const size of sizes) {
      if (size > left) { parts += 1; left = part; }
      left -= size;
    }
    return { used, room: parts * part, parts, odd };
  };

  const tell = () => {
    const { used, room, parts, odd } = measure(text.value.replace(/\r\n/g, "\n").trim());
    const { one, many, odd: oddOne, odds: oddMany } = told.dataset;  // the sentences, in the language of the page
    const count = (parts === 1 ? one : many).replace("#used", used).replace("#room", room).replace("#parts", parts);
    const why = odd ? ` ${([...odd].length === 1 ? oddOne : oddMany).replace("#odd", () => odd)}` : "";
    told.textContent = used ? count + why : "";
    told.classList.toggle("long", parts > 1);
  };

  form.querySelector("[data-fill]").hidden = true;
  answers.addEventListener("change", () => {
    const chosen = answers.selectedOptions[0];
    const ours = [...answers.options].some((option) => option.dataset.text === text.value);
    if (!chosen.dataset.text || (text.value.trim() && !ours)) {
      form.querySelector("[data-fill]").hidden = !chosen.dataset.text;
      return;
    }
    text.value = chosen.dataset.text;
    const asks = /\/(where|when|how_many|help|seen)$/.test(chosen.value);
    form.elements.why.value = asks ? "question" : "answer";
    tell();
  });
  text.addEventListener("input", tell);
  form.elements.urgency.addEventListener("input", () => { form.elements.when.value = form.elements.urgency.value ? "now" : "later"; });
  tell();
})();
