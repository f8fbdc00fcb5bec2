// Runs once, in the source panel (`element`, with `server` from Gradio and `words` of pages/assets/words.toml). One listener on the document serves every
// chip, link and button that the server renders, because the transcript is replaced while answers stream.
const hpa = (window.hpa = window.hpa || {});
const put = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
const frame = () => document.getElementById("panel");
const say = (text, milliseconds = 2200) => {
  const box = document.getElementById("toast");
  if (!box) return;
  box.textContent = text;
  box.classList.add("on");
  clearTimeout(hpa.toastTimer);
  hpa.toastTimer = setTimeout(() => box.classList.remove("on"), milliseconds);
};
const box = () => document.querySelector("#ask textarea");
const fill = (text) => {
  const area = box();
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, text);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  return area;
};
const ask = (text) => {
  hpa.editing = -1;
  fill(text);
  setTimeout(() => document.querySelector("#ask button.submit-button")?.click(), 60);
};
const copy = async (text, done) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch (refused) {
    const area = document.body.appendChild(document.createElement("textarea"));
    area.value = text;
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(done);
};

hpa.takeEdit = () => {
  const turn = hpa.editing ?? -1;
  hpa.editing = -1;
  return turn;
};
