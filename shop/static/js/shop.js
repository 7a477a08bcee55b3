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

// The heart on a card: on the wish list or off it at once. Its link leads to a page with one button, which is
// what is asked and answered here.
async function turnHeart(heart) {
  const page = await fetch(heart.href);
  const form = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("form.wish");
  const body = new FormData(form);
  body.set("act", heart.classList.contains("is-on") ? "remove" : "add");
  const answer = await fetch(heart.href, { method: "POST", body, headers: { "HX-Request": "true" } });
  if (!answer.ok) {
    throw new Error(answer.statusText);
  }
  heart.classList.toggle("is-on", (await answer.text()).includes('aria-pressed="true"'));
}
document.addEventListener("click", async (event) => {
  const heart = event.target.closest("a[data-heart]");
  if (!heart || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  if (heart.dataset.busy) {
    return;
  }
  heart.dataset.busy = "yes";
  try {
    await turnHeart(heart);
    delete heart.dataset.busy;
  } catch {
    location.assign(heart.href);
  }
});

// Asking for another code right away only confuses: the button counts down first.
document.querySelectorAll("button[data-wait]").forEach((button) => {
  const said = button.textContent;
  let left = Number(button.dataset.wait);
  const tick = () => {
    button.disabled = left > 0;
    button.textContent = left > 0 ? button.dataset.waitText.replace("%s", left) : said;
    left -= 1;
    if (left >= 0) {
      setTimeout(tick, 1000);
    }
  };
  tick();
});

// The page one is on stands in sight in a menu that scrolls sideways.
document.querySelector(".account__nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
