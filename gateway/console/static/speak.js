// Records a reply in the browser and puts it where a file would be. The page is whole without this.
(() => {
  "use strict";
  const form = document.querySelector("[data-recorder]");
  if (!form || !navigator.mediaDevices || typeof MediaRecorder === "undefined" || typeof DataTransfer === "undefined") return;
  const find = (name) => form.querySelector(`[data-${name}]`);
  const begin = find("begin"), end = find("end"), status = find("status"), file = find("file"), preview = find("preview");
  const most = Number(form.dataset.most) * 1000;
  let recorder = null, timer = 0, address = "";
  find("buttons").hidden = false;
  find("label").textContent = form.dataset.orFile;

  const tell = (began) => { status.textContent = `${Math.round((Date.now() - began) / 1000)} s`; };

  const keep = (parts, kind) => {
    const sound = new File(parts, "reply", { type: kind });
    const held = new DataTransfer();
    held.items.add(sound);
    file.files = held.files;
    URL.revokeObjectURL(address);
    address = URL.createObjectURL(sound);
    preview.src = address;
    preview.hidden = false;
  };

  begin.addEventListener("click", async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      status.textContent = form.dataset.noMicrophone;
      return;
    }
    const parts = [], began = Date.now();
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      clearInterval(timer);
      stream.getTracks().forEach((track) => track.stop());
      keep(parts, recorder.mimeType);
      begin.disabled = false;
      end.disabled = true;
      begin.textContent = form.dataset.anew;
    };
    timer = setInterval(() => {
      tell(began);
      if (Date.now() - began >= most) recorder.stop();
    }, 500);
    recorder.start();
    begin.disabled = true;
    end.disabled = false;
  });

  end.addEventListener("click", () => recorder && recorder.state === "recording" && recorder.stop());
})();
