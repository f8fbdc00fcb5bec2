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

const complain = (button, detail) => {
  const note = button.closest(".complaint").querySelector("input").value;
  hpa.send("vote", { turn: +button.dataset.turn, vote: -1, note, ...detail });
  say(words.noted);
};

const acts = {
  ask: (b) => ask(b.dataset.q),
  edit: (b) => {
    hpa.editing = +b.closest(".turn").dataset.turn;
    fill(b.dataset.q);
    say(words.editing);
  },
  retry: (b) => hpa.send("retry", { turn: +b.closest(".turn").dataset.turn }),
  up: (b) => hpa.send("vote", { turn: +b.dataset.turn, vote: 1 }),
  down: (b) => hpa.send("vote", { turn: +b.dataset.turn, vote: -1 }),
  copy: (b) => copy(b.dataset.copy, words.copied),
  link: (b) => {
    const url = new URL(location.origin + location.pathname);
    for (const name of ["q", "region", "asof", "corpus", "settings"]) {
      if (b.dataset[name]) url.searchParams.set(name, b.dataset[name]);
    }
    copy(url.href, words.copied_link);
  },
  reason: (b) => complain(b, { reason: b.dataset.reason }),
  pick: (b) => {
    const picked = window.getSelection();
    const source = picked.anchorNode?.parentElement?.closest(".panel-body .src");
    const quote = String(picked).trim();
    if (!source || !quote) return say(words.pick_first);
    complain(b, { reason: b.dataset.reason, notice_id: source.dataset.notice, quote });
  },
  download: async (b) => {
    const wanted = { ...b.dataset, owner: localStorage.getItem("hpa-owner") || "" };
    const file = JSON.parse(await server.download(JSON.stringify(wanted)));
    if (file.error) return say(file.error);
    const bytes = Uint8Array.from(atob(file.base64), (c) => c.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  },
  open: (b) => document.getElementById("page").classList.remove("side-open") || hpa.send("history", { what: "open", id: b.dataset.id }),
  rename: (b) => {
    const title = window.prompt(words.new_name, b.dataset.title);
    if (title && title.trim()) hpa.send("history", { what: "rename", id: b.dataset.id, title });
  },
  remove: (b) => {
    if (window.confirm(put(words.delete_ask, { title: b.dataset.title }))) hpa.send("history", { what: "remove", id: b.dataset.id });
  },
  theme: () => {
    const dark = document.body.classList.toggle("dark");
    localStorage.setItem("hpa-theme", dark ? "dark" : "light");
    document.querySelector('[data-act="theme"]')?.setAttribute("aria-pressed", String(dark));
  },
  month: async (b) => {
    const sheet = b.closest(".calendar");
    const label = b.getAttribute("aria-label") || b.textContent;
    sheet.innerHTML = await server.month(JSON.stringify({ ...sheet.dataset, month: b.dataset.month }));
    [...sheet.querySelectorAll("[data-act=month]")]
      .find((one) => (one.getAttribute("aria-label") || one.textContent) === label)?.focus();
  },
  day: (b) => {
    const sheet = b.closest(".calendar");
    const opened = b.getAttribute("aria-expanded") !== "true";
    sheet.querySelectorAll("section.day").forEach((one) => { one.hidden = !opened || one.dataset.day !== b.dataset.day; });
    sheet.querySelectorAll("[data-act=day]").forEach((one) => one.setAttribute("aria-expanded", String(opened && one === b)));
    if (opened) sheet.querySelector("section.day:not([hidden]) h3").scrollIntoView({ block: "nearest", behavior: "instant" });
  },
  side: () => document.getElementById("page").classList.toggle("side-open"),
  close,
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.act) acts[button.dataset.act]?.(button);
  else if (button.dataset.step) step(+button.dataset.step);
  else if (button.dataset.goto !== undefined) {
    frame().querySelector(`section[data-at="${button.dataset.goto}"]`)?.scrollIntoView({ block: "start", behavior: "instant" });
  } else if (button.dataset.notice) {
    hpa.opener = button;
    const list = citesNear(button);
    const index = list.findIndex((c) => c.marker === +button.dataset.cite && c.start === +button.dataset.start);
    open(button.dataset.notice, list, button.dataset.cite ? index : -1);
  }
});

document.addEventListener("keydown", (event) => {
  const day = event.target.closest?.(".calendar [data-act=day]");
  const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
  if (day && by) {
    const days = [...day.closest("table").querySelectorAll("[data-act=day]")];
    event.preventDefault();
    return days[(days.indexOf(day) + by + days.length) % days.length].focus();
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    box()?.focus();
    return;
  }
  if (event.key === "Escape" && frame().classList.contains("open")) return close();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !frame().classList.contains("open")) return;
  if (event.key === "ArrowRight" || event.key === "]") { event.preventDefault(); step(1); }
  if (event.key === "ArrowLeft" || event.key === "[") { event.preventDefault(); step(-1); }
});

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
// Gradio's own messages about uploads are English and do not say what to do.
const said = [
  [/exceed the maximum allowed size of ([\d.]+) Mb/i, (m) => put(words.too_big, { megabytes: parseFloat(m[1]) })],
  [/Connection (errored|lost|error)|Failed to fetch|Could not connect/i, () => words.offline],
];
new MutationObserver((changes) => {
  for (const body of changes.flatMap((c) => [...c.addedNodes]).flatMap((n) => [...(n.querySelectorAll?.("[data-testid=toast-text]") ?? [])])) {
    for (const [pattern, words] of said) {
      const match = body.textContent.match(pattern);
      if (!match) continue;
      body.textContent = words(match);
      body.closest("[data-testid=toast-body]").querySelector(".toast-title").textContent = words.not_done;
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
// The tabs are mounted after this panel, and typing is allowed only once the page has loaded its session.
const ready = setInterval(() => {
  if (box()?.disabled !== false) return;
  clearInterval(ready);
  followTranscript();
  rememberConversation();
  box().setAttribute("aria-label", words.question);
  if (innerWidth > 860) box().focus();
  document.querySelector(".overflow-menu > button")?.setAttribute("aria-label", words.more_pages);
  hpa.ready = true;
}, 40);
