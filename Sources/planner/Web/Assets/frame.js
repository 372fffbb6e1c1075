// The head of every page: "?" opens its help; "/" leads to the search box, which shows what it finds while one types; an
// open menu closes by Escape or a click elsewhere. What is found comes from the server as a list that is safe to put into
// the page.
const find = document.querySelector(".find");
const input = find?.querySelector("input");
const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && input && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
    event.preventDefault();
    input.focus();
    input.select();
  }
  if (event.key === "Escape") {
    for (const open of document.querySelectorAll(".bar details[open]")) {
      open.open = false;
      if (open.contains(document.activeElement)) open.querySelector("summary").focus();
    }
  }
});
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll(".bar details[open]")) if (!open.contains(event.target)) open.open = false;
});

// "?" explains the page one is on; whoever signs in for the first time on this device is shown around.
const helpLink = document.querySelector(".help-link");
if (helpLink) {
  const help = () => import("./help.js");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    help().then(({ openHelp }) => openHelp(helpLink));
  });
  helpLink.addEventListener("click", (event) => {
    if (!helpLink.dataset.topic || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    helpLink.closest("details").open = false;
    help().then(({ openHelp }) => openHelp(helpLink));
  });
  for (const button of document.querySelectorAll("[data-tour]")) {
    button.hidden = false;
    button.addEventListener("click", () => help().then(({ tour }) => tour(helpLink)));
  }
  if ("first" in helpLink.dataset) help().then(({ isNew, tour }) => { if (isNew()) tour(helpLink); });
}

if (input) suggest();

function suggest() {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.role = "listbox";
  list.ariaLabel = input.ariaLabel;
  list.hidden = true;
  find.append(list);
  input.role = "combobox";
  input.autocomplete = "off";
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-autocomplete", "list");
  input.ariaExpanded = "false";
  let asked = null;
  let timer = 0;
  let active = -1;

  function show(options) {
    list.replaceChildren(...options);
    list.hidden = options.length === 0;
    input.ariaExpanded = String(!list.hidden);
    mark(-1);
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((option, number) => { option.ariaSelected = String(number === index); });
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    asked?.abort();
    const text = input.value.trim();
    if (text === "") return show([]);
    asked = new AbortController();
    try {
      const answer = await fetch(`/search/hits?q=${encodeURIComponent(text)}`, { signal: asked.signal });
      // A session may have ended: the search page says so.
      if (!answer.ok || answer.redirected) return show([]);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      show([...page.querySelectorAll("li")]);
    } catch (error) {
      if (error.name !== "AbortError") show([]);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count > 0) {
      event.preventDefault();
      return show([]);
    }
    if (count === 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place before the first is the box itself.
      mark(((active + 1 + step + count + 1) % (count + 1)) - 1);
    }
    if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(list.children[active].dataset.link);
    }
  });
  // Pressing must not take the focus from the box, which would close the list before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const link = event.target.closest("[data-link]")?.dataset.link;
    if (link) location.assign(link);
  });
  find.addEventListener("focusout", (event) => {
    if (!find.contains(event.relatedTarget)) show([]);
  });
}
