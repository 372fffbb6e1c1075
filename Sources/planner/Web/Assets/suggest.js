// A box that shows what it finds while one types: a list below it, by pointer or by arrows.

/**
 * `box` surrounds the input and takes the list, which gets the identifier `id`. `find(text, signal)` gives the list's
 * items, `pick(item)` is what happens with the one that is chosen. An empty list says nothing was found.
 */
export function suggest({ input, box, id, find, pick }) {
  const list = document.createElement("ul");
  list.id = id;
  list.className = "suggestions";
  list.role = "listbox";
  list.ariaLabel = input.ariaLabel ?? input.labels?.[0]?.querySelector("span")?.textContent ?? "";
  list.hidden = true;
  box.append(list);
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

  /** Closes the list for good: what is on its way does not open it again. */
  function stop() {
    clearTimeout(timer);
    asked?.abort();
    show([]);
  }

  async function ask() {
    asked?.abort();
    const text = input.value.trim();
    if (text === "") return show([]);
    asked = new AbortController();
    try {
      show(await find(text, asked.signal));
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
      pick(list.children[active]);
    }
  });
  // Pressing must not take the focus from the box, which would close the list before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) pick(option);
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) stop();
  });
  return { close: stop, first: async () => { clearTimeout(timer); await ask(); return list.firstElementChild; } };
}
