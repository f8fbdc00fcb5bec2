// ---- first paint: theme, title, labels, and a transcript that follows the answer unless the reader scrolled up ----
document.title = words.title;
const wanted = localStorage.getItem("hpa-theme");
if (wanted) document.body.classList.toggle("dark", wanted === "dark");
document.querySelector('[data-act="theme"]')?.setAttribute("aria-pressed", String(document.body.classList.contains("dark")));

function followTranscript() {
  const talk = document.getElementById("transcript");
  talk.setAttribute("role", "log");
  talk.setAttribute("aria-live", "polite");
  talk.setAttribute("aria-label", words.conversation);
  let follow = true; // the newest question stays at the top, unless the reader scrolled away
  let aimed = -1;
  let turns = talk.querySelectorAll(".turn").length;
  talk.addEventListener("scroll", () => { follow = Math.abs(talk.scrollTop - aimed) < 2; });
  new MutationObserver(() => {
    const now = talk.querySelectorAll(".turn");
    if (now.length > turns) follow = true;
    turns = now.length;
    if (!follow || !turns) return;
    talk.scrollTop += now[turns - 1].getBoundingClientRect().top - talk.getBoundingClientRect().top;
    aimed = talk.scrollTop;
  }).observe(talk, { childList: true, subtree: true, characterData: true });
}
function rememberConversation() {
  const kept = document.getElementById("history");
  const keep = () => {
    const list = kept.querySelector(".convs");
    if (list) localStorage.setItem("hpa-last", list.dataset.current);
  };
  new MutationObserver(keep).observe(kept, { childList: true, subtree: true, attributes: true });
}
// Gradio refuses a whole selection for one file over the limit; here the others go on.
document.addEventListener("change", (event) => {
  const input = event.target;
  const limit = window.gradio_config?.max_file_size;
  if (!limit || input.type !== "file" || !input.closest("#upload")) return;
  const chosen = [...input.files];
  const big = chosen.filter((file) => file.size > limit);
  if (!big.length) return;
  const rest = new DataTransfer();
  chosen.filter((file) => !big.includes(file)).forEach((file) => rest.items.add(file));
  input.files = rest.files;
  say(put(words.too_big_named, { names: big.map((file) => file.name).join(", "), megabytes: limit / 2 ** 20 }), 9000);
  if (!rest.files.length) event.stopImmediatePropagation();
}, true);
// Gradio's own messages about uploads are English and do not say what to do; so are the heads of its messages.
const said = [
  [/exceed the maximum allowed size of ([\d.]+) Mb/i, (m) => put(words.too_big, { megabytes: parseFloat(m[1]) })],
  [/Connection (errored|lost|error)|Failed to fetch|Could not connect/i, () => words.offline],
];
const heads = { Error: words.not_done, Warning: words.not_done, Info: words.told, Success: words.told };
new MutationObserver((changes) => {
  for (const box of changes.flatMap((c) => [...c.addedNodes]).flatMap((n) => [...(n.querySelectorAll?.("[data-testid=toast-body]") ?? [])])) {
    const head = box.querySelector(".toast-title");
    if (head && heads[head.textContent.trim()]) head.textContent = heads[head.textContent.trim()];
    const body = box.querySelector("[data-testid=toast-text]");
    for (const [pattern, told] of body ? said : []) {
      const match = body.textContent.match(pattern);
      if (!match) continue;
      body.textContent = told(match);
      if (head) head.textContent = words.not_done;
    }
  }
}).observe(document.body, { childList: true, subtree: true });
// Where accounts are on: who is here, a way out, and nothing shown that the server would refuse this visitor anyway.
fetch("./api/me").then((answer) => (answer.ok ? answer.json() : null)).then((me) => {
  if (!me?.accounts) return;
  document.body.dataset.role = me.admin ? "admin" : "reader";
  const form = Object.assign(document.createElement("form"), { method: "post", action: "./logout", className: "who" });
  form.append(me.name, Object.assign(document.createElement("button"), { textContent: words.log_out }));
  document.querySelector("header.top")?.append(form);
}).catch(() => {});
// A notice that was removed, here or elsewhere, leaves the open page at once: asked every few seconds while it is looked at.
let library = "";
setInterval(async () => {
  if (document.hidden || !hpa.ready) return;
  const names = new Set([...document.querySelectorAll("#transcript [data-notice], .panel-body .src")].map((one) => one.dataset.notice));
  let now;
  try { now = JSON.parse(await server.state(JSON.stringify([...names]))); } catch (stopped) { return; }
  if (library && library !== now.corpus) cache.clear();
  library = now.corpus;
  if (!now.gone.length) return;
  hpa.send("refresh", {});
  if (now.gone.includes(document.querySelector(".panel-body .src")?.dataset.notice.split("@")[0])) {
    document.querySelector(".panel-body").dataset.key = "";
    document.querySelector(".panel-body").textContent = "";
    close();
  }
}, 6000);
// The tabs are mounted after this panel, and typing is allowed only once the page has loaded its session.
const ready = setInterval(() => {
  if (box()?.disabled !== false) return;
  clearInterval(ready);
  followTranscript();
  rememberConversation();
  box().setAttribute("aria-label", words.question);
  const asked = new URLSearchParams(location.search); // a link to a clause opens it
  const span = { marker: 1, notice: asked.get("notice"), start: +asked.get("start"), end: +asked.get("end") };
  if (span.notice) open(span.notice, asked.get("end") ? [span] : [], asked.get("end") ? 0 : -1);
  else if (innerWidth > 860) box().focus();
  hpa.ready = true;
}, 40);
// A result that comes below a form is brought into view when it is complete.
document.addEventListener("click", (event) => {
  if (!event.target.closest("#draft-go, #compare-go, #write-go, #diff-go")) return;
  const shown = event.target.closest(".sheet").querySelector("[id$=-result]");
  const watch = new MutationObserver(() => {
    if (!shown.textContent.trim() || shown.querySelector("progress")) return;
    watch.disconnect();
    shown.scrollIntoView({ block: "start", behavior: "instant" });
  });
  watch.observe(shown, { childList: true, subtree: true });
  setTimeout(() => watch.disconnect(), 120000);
});
