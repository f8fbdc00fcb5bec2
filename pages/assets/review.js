// One open fact, or all of a notice, as they stand in the fields; pages/review.py listens for 'settle'. What is typed elsewhere stays.
const send = (button) => {
  const from = button.dataset.key ? button.closest("li") : button.closest(".asked");
  const fields = [...from.querySelectorAll("input[data-key]")];
  const values = Object.fromEntries(fields.map((one) => [one.dataset.key, one.value]));
  const typed = {};
  element.querySelectorAll(".asked").forEach((one) => {
    const id = one.querySelector("[data-settle]").dataset.settle;
    typed[id] = Object.fromEntries([...one.querySelectorAll("input[data-key]")].map((field) => [field.dataset.key, field.value]));
  });
  trigger("settle", { id: button.dataset.settle, values, typed });
};
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-settle]");
  if (button) send(button);
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input[data-key]")) send(event.target.closest("li").querySelector("[data-settle]"));
});
