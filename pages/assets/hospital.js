// The dialogue about the asker's own hospital; pages/hospital.py listens for 'hospital', acts.js calls these.
window.hpa = window.hpa || {};
const form = () => document.querySelector("#hospital form");
const mine = () => { try { return JSON.parse(localStorage.getItem("hpa-hospital") || "{}"); } catch (damaged) { return {}; } };
window.hpa.hospital = {
  open: () => {
    const kept = mine();
    form().region.value = kept.place || "";
    form().unit.value = kept.unit || "";
    form().querySelectorAll("select").forEach((one) => {
      one.value = [...one.options].map((o) => o.value).find((value) => value && (kept.kinds || []).includes(value)) || "";
    });
    form().querySelector(".lost").hidden = true;
    document.getElementById("hospital").showModal();
  },
  close: () => document.getElementById("hospital").close(),
  said: () => ({ region: form().region.value.trim(), unit: form().unit.value.trim(), kinds: [...form().querySelectorAll("select")].map((one) => one.value).filter(Boolean) }),
  wrong: (text) => {
    const told = form().querySelector(".lost");
    told.textContent = text;
    told.hidden = false;
    form().region.focus();
  },
  keep: (kept) => {
    if (kept) localStorage.setItem("hpa-hospital", JSON.stringify(kept));
    else localStorage.removeItem("hpa-hospital");
    localStorage.setItem("hpa-hospital-asked", "1");
    window.hpa.hospital.show();
    const text = kept ? JSON.stringify(kept) : "";
    trigger("hospital", { kept: text });
    window.hpa.send("refresh", { kept: text });
  },
  show: () => {
    const kept = mine();
    const button = document.getElementById("hospital-open");
    if (button) {
      button.querySelector("b").textContent = kept.label || "";
      button.classList.toggle("set", Boolean(kept.label));
    }
    document.body.classList.toggle("ask-hospital", !kept.label && !localStorage.getItem("hpa-hospital-asked"));
  },
};
window.hpa.hospital.show();
