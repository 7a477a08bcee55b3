// Small comforts. Every page works without this file.

// Escape closes a drawer that was opened by its address.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.querySelector(".drawer:target")) {
    location.hash = "main";
  }
});

// A drawer takes the focus when it opens, and gives it back to the link that opened it.
let opener = null;
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link && document.getElementById(link.hash.slice(1))?.matches(".drawer")) {
    opener = link;
  }
});
window.addEventListener("hashchange", () => {
  const drawer = document.querySelector(".drawer:target");
  if (drawer) {
    drawer.querySelector("a, button, input")?.focus();
  } else if (opener) {
    opener.focus();
    opener = null;
  }
});

// One more, one less: at once where the page need not be asked.
document.addEventListener("click", (event) => {
  const button = event.target.closest('[data-stepper="local"] button');
  if (!button) {
    return;
  }
  event.preventDefault();
  const input = button.closest("[data-stepper]").querySelector("input");
  const wanted = Number(input.value || 0) + Number(button.value);
  const highest = input.max === "" ? Infinity : Number(input.max);
  input.value = Math.min(Math.max(wanted, Number(input.min || 1)), highest);
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[hx-post]")) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
