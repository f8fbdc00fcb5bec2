// ---- the source panel -------------------------------------------------------------------------------------------
const cache = new Map();
let cites = []; // [{marker, notice, start, end}] of the turn the panel shows, in marker order
let at = -1;

const keyOf = (notice, list) => notice + JSON.stringify(list);
async function open(notice, list, index) {
  const here = list.filter((c) => c.notice === notice);
  const key = keyOf(notice, here);
  const panel = frame();
  const body = panel.querySelector(".panel-body");
  panel.classList.add("open");
  document.getElementById("page").classList.add("reading");
  if (body.dataset.key !== key) {
    body.setAttribute("aria-busy", "true");
    if (!cache.has(key)) {
      cache.set(key, await server.source(JSON.stringify({ notice, cites: here })));
      if (cache.size > 24) cache.delete(cache.keys().next().value);
    }
    body.innerHTML = cache.get(key);
    body.dataset.key = key;
    body.removeAttribute("aria-busy");
    body.scrollTop = 0;
  }
  cites = list;
  at = index;
  mark();
}
function mark() {
  const panel = frame();
  const now = cites[at];
  panel.querySelectorAll("mark.on").forEach((m) => m.classList.remove("on"));
  const where = panel.querySelector(".where");
  where.textContent = now ? put(words.cite_of, { at: at + 1, total: cites.length }) : words.whole;
  panel.querySelectorAll("[data-step]").forEach((b) => (b.disabled = cites.length < 2));
  document.querySelectorAll(".chip.on").forEach((c) => c.classList.remove("on"));
  if (!now) return;
  const marks = [...panel.querySelectorAll("mark.cited")].filter((m) =>
    m.dataset.marks.split(" ").includes(String(now.marker)));
  marks.forEach((m) => m.classList.add("on"));
  document.querySelectorAll(`.turn[data-turn="${hpa.turn}"] .chip[data-cite="${now.marker}"]`)
    .forEach((c) => c.classList.add("on"));
  marks[0]?.scrollIntoView({ block: "center", behavior: "instant" });
}
function step(by) {
  if (!cites.length) return;
  const next = (at + by + cites.length) % cites.length;
  open(cites[next].notice, cites, next);
}
function close() {
  frame().classList.remove("open");
  document.getElementById("page").classList.remove("reading");
  document.querySelectorAll(".chip.on").forEach((c) => c.classList.remove("on"));
  hpa.opener?.isConnected && hpa.opener.focus();
}
function citesNear(button) {
  const turn = button.closest(".turn, .cite-scope");
  hpa.turn = turn?.dataset.turn ?? "";
  const seen = new Map();
  const own = button.closest(".verdicts") ? [button] : turn ? turn.querySelectorAll(".text .chip[data-cite], .sources .chip[data-cite]") : [button];
  [...own, button].forEach((c) => {
    if (!c.dataset.cite || c.dataset.start === undefined) return;
    const value = { marker: +c.dataset.cite, notice: c.dataset.notice, start: +c.dataset.start, end: +c.dataset.end };
    const key = `${value.marker}:${value.notice}:${value.start}:${value.end}`;
    if (!seen.has(key)) seen.set(key, value);
  });
  return [...seen.values()].sort((a, b) => a.marker - b.marker);
}
