const complain = (button, detail) => {
  const note = button.closest(".complaint").querySelector("input").value;
  hpa.send("vote", { turn: +button.dataset.turn, vote: -1, note, ...detail });
  say(words.noted);
};

// What a dialogue offers is asked for when it is opened: the library may have grown since the page was laid out.
const offer = async (list, rows) => {
  document.getElementById(list).replaceChildren(...(await rows).map(([value, label]) =>
    Object.assign(document.createElement("option"), { value, textContent: label })));
};
const held = async () => JSON.parse(await server.held(""));

// The title meant by what was typed: a title, a number, or words that only one of them holds; else "".
const titled = (typed) => {
  const bare = (text) => text.replace(/[\s\u300a\u300b]/g, "");
  const offered = [...document.getElementById("task-notices").options].map((one) => [one.value, one.textContent]);
  const exact = offered.find((names) => names.some((name) => name && bare(name) === bare(typed)));
  const near = offered.filter((names) => names.some((name) => bare(name).includes(bare(typed))));
  return exact?.[0] || (new Set(near.map(([title]) => title)).size === 1 ? near[0][0] : "");
};

const toTab = (name) => document.getElementById(`${name}-tab-button`)?.click();

// A page that was never opened has no script yet: what it offers is called once it is there.
const once = (name, ...values) => (hpa[name] ? hpa[name](...values) : setTimeout(() => once(name, ...values), 80));

const acts = {
  ask: (b) => ask(b.dataset.q),
  edit: (b) => {
    hpa.editing = +b.closest(".turn").dataset.turn;
    fill(b.dataset.q);
    say(words.editing);
  },
  retry: (b) => hpa.send("retry", { turn: +b.closest(".turn").dataset.turn }),
  literal: (b) => hpa.send("retry", { turn: +b.closest(".turn").dataset.turn, literal: true }),
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
  clause: () => {
    const url = new URL(location.origin + location.pathname);
    const shown = document.querySelector(".panel-body").dataset.key ? cites[at] : null;
    url.searchParams.set("notice", shown?.notice ?? document.querySelector(".panel-body .src").dataset.notice);
    if (shown) { url.searchParams.set("start", shown.start); url.searchParams.set("end", shown.end); }
    if (library) url.searchParams.set("corpus", library.slice(0, 12));
    copy(url.href, shown ? words.copied_clause : words.copied_link);
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
  tab: (b) => toTab(b.dataset.tab),
  task: (b) => {
    const dialog = document.getElementById("task");
    dialog.querySelector("select").value = b.dataset.task;
    dialog.querySelector(".lost").hidden = true;
    acts["task-what"]();
    dialog.showModal();
    dialog.querySelector("[name=notice]").focus();
    offer("task-notices", held().then((now) => now.notices));
  },
  "task-what": () => {
    const form = document.querySelector("#task form");
    form.querySelector(".body").hidden = form.what.value !== "duties";
  },
  "task-close": () => document.getElementById("task").close(),
  "task-go": () => {
    const form = document.querySelector("#task form");
    const notice = form.notice.value.trim() && titled(form.notice.value.trim());
    if (!notice) {
      form.querySelector(".lost").hidden = false;
      return form.notice.focus();
    }
    const body = form.body.value.trim();
    const wording = body && form.what.value === "duties" ? form.dataset.body : form.dataset[form.what.value];
    document.getElementById("task").close();
    toTab("chat");
    ask(put(wording, { notice, body }));
  },
  hospital: () => {
    hpa.hospital.open();
    offer("hospital-places", held().then((now) => now.places.map((place) => [place, ""])));
  },
  "hospital-close": () => hpa.hospital.close(),
  "hospital-later": () => {
    localStorage.setItem("hpa-hospital-asked", "1");
    hpa.hospital.show();
  },
  "hospital-clear": () => {
    hpa.hospital.keep(null);
    hpa.hospital.close();
  },
  "hospital-save": async () => {
    const kept = JSON.parse(await server.hospital(JSON.stringify(hpa.hospital.said())));
    if (kept.error) return hpa.hospital.wrong(kept.error);
    hpa.hospital.keep(kept.label ? kept : null);
    hpa.hospital.close();
    say(kept.label ? put(words.hospital_kept, { label: kept.label }) : words.hospital_none, 3500);
  },
  write: (b) => {
    toTab("write");
    once("write", b.dataset.subject);
  },
  differ: (b) => {
    toTab("compare");
    once("differ", b.dataset.a, b.dataset.b);
  },
  sift: (b) => {
    b.closest(".sift").querySelectorAll("[data-only]").forEach((one) => one.setAttribute("aria-pressed", String(one === b)));
    b.closest(".plain").querySelector(".sifted").dataset.only = b.dataset.only;
  },
  side: () => document.getElementById("page").classList.toggle("side-open"),
  close,
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.closest("#tabs > .tab-wrapper") && frame().classList.contains("open")) close(); // it belongs to the page left
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

document.addEventListener("change", (event) => {
  if (event.target.matches("#task [name=what]")) acts["task-what"]();
});

// What is typed into a list field takes the place of what stands in it; Gradio would look for the two joined.
document.addEventListener("focusin", (event) => {
  const field = event.target;
  if (field.matches?.("input[role=combobox]")) setTimeout(() => field === document.activeElement && field.select());
});

// Gradio looks through a list at each key pressed; an input method presses none when it puts its word in.
document.addEventListener("input", (event) => {
  if (event.isComposing || !event.target.matches?.("input[role=combobox]")) return;
  const field = event.target, key = new KeyboardEvent("keydown", { key: "Unidentified", bubbles: true });
  setTimeout(() => field === document.activeElement && field.dispatchEvent(key));
});
document.addEventListener("compositionend", (event) => {
  if (event.target.matches?.("input[role=combobox]")) event.target.dispatchEvent(new InputEvent("input", { bubbles: true }));
});

// Gradio's list field opens its list again on any key once the field is left, so Tab would leave the list lying over the page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || !event.target.matches?.("input[role=combobox]")) return;
  event.stopPropagation();
  const list = document.getElementById(event.target.getAttribute("aria-controls"));
  if (list) list.tabIndex = -1;
}, true);
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
