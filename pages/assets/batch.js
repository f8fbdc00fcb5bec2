// A click on a file of the list puts it in the form below; pages/intake.py listens for 'pick'.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-item]");
  if (button) trigger("pick", { item: +button.dataset.item });
});
