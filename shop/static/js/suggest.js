// Suggestions under a search field: an ARIA combobox. Without this file Enter searches, as it does with it.

const PAUSE = 120;
const SHORTEST = 2;
let fields = 0;

for (const input of document.querySelectorAll("input[data-suggest]")) {
  combobox(input);
}

function combobox(input) {
  const id = `suggestions-${++fields}`;
  const panel = document.createElement("div");
  const said = document.createElement("p");
  panel.id = id;
  panel.className = "suggest";
  panel.hidden = true;
  panel.setAttribute("role", "listbox");
  panel.setAttribute("aria-label", input.dataset.suggestLabel);
  said.className = "sr";
  said.setAttribute("role", "status");
  const home = input.closest(".search-big") ?? input.form;
  home.classList.add("suggest-home");
  home.append(panel, said);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
    autocomplete: "off",
  })) {
    input.setAttribute(name, value);
  }

  let timer = 0;
  let request = null;
  let shown = "";
  let active = -1;
  const options = () => [...panel.querySelectorAll("[role=option]")];

  const close = () => {
    clearTimeout(timer);
    request?.abort();
    panel.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };

  const open = () => {
    const there = options().length > 0 && document.activeElement === input;
    panel.hidden = !there;
    input.setAttribute("aria-expanded", String(there));
  };

  const choose = (index) => {
    const all = options();
    all[active]?.setAttribute("aria-selected", "false");
    active = all.length ? index : -1;
    const option = all[active];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };

  // Only the answer to what stands in the field now is shown: an earlier question is given up.
  const ask = async (text) => {
    request?.abort();
    const mine = (request = new AbortController());
    try {
      const answer = await fetch(`${input.dataset.suggest}?search=${encodeURIComponent(text)}`, { signal: mine.signal });
      const html = answer.ok ? await answer.text() : "";
      if (mine.signal.aborted || input.value.trim() !== text) {
        return;
      }
      panel.innerHTML = html;
      options().forEach((option, index) => {
        option.id = `${id}-${index}`;
      });
      shown = text;
      active = -1;
      input.removeAttribute("aria-activedescendant");
      said.textContent = panel.querySelector("[data-said]")?.dataset.said ?? "";
      open();
    } catch (error) {
      if (error.name !== "AbortError") {
        close();
      }
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < SHORTEST) {
      panel.replaceChildren();
      said.textContent = "";
      close();
      return;
    }
    timer = setTimeout(() => ask(text), PAUSE);
  });

  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (panel.hidden) {
        if (count && shown === input.value.trim()) {
          open();
        }
      }
      if (!panel.hidden) {
        event.preventDefault();
        // One place before the first is the field itself.
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(((active + 1 + step + count + 1) % (count + 1)) - 1);
      }
    } else if (event.key === "Escape" && !panel.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !panel.hidden && active >= 0) {
      event.preventDefault();
      follow(options()[active]);
    }
  });

  const follow = (option) => {
    location.assign(option.dataset.href);
  };

  // The field keeps the focus while one points at a suggestion.
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  panel.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      follow(option);
    }
  });
  input.addEventListener("blur", close);
  input.addEventListener("focus", () => {
    if (shown && shown === input.value.trim()) {
      open();
    }
  });
}
