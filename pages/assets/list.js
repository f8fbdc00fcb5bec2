// Heads and pages of the list of notices; pages/library.py listens for 'turn'.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act=list]");
  if (!button) return;
  trigger("turn", { by: button.dataset.by || "", page: +(button.dataset.page || 1) });
  if (button.dataset.page) element.scrollIntoView({ block: "start", behavior: "instant" });
});
