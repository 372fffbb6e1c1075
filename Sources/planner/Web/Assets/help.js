// Help over the page it explains, and the tour of the program. Both come from the server as pieces of a page.
import { toured } from "./device.js";

/** Who was shown around on this device, by identifier. */
const guests = () => (localStorage.getItem(toured) ?? "").split(" ").filter(Boolean);
const remember = () => localStorage.setItem(toured, [...new Set([...guests(), document.body.dataset.person])].join(" "));

function dialog(name, title) {
  document.getElementById(name)?.remove();
  const box = Object.assign(document.createElement("dialog"), { id: name, className: "help-dialog", ariaLabel: title });
  document.body.append(box);
  box.addEventListener("close", () => box.remove());
  // A press beside the box closes it.
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  return box;
}

async function piece(address) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.text();
}

function closer(text, box) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "map-button", textContent: text });
  button.addEventListener("click", () => box.close());
  return button;
}

/** Opens what explains this page; where nothing does, the page of all help. */
export async function openHelp(link) {
  const { topic, title, close, all } = link.dataset;
  if (!topic) return location.assign(link.href);
  try {
    const html = await piece(`/help/${topic}`);
    const box = dialog("help", title);
    box.innerHTML = html;
    const row = Object.assign(document.createElement("p"), { className: "button-row" });
    row.append(closer(close, box), Object.assign(document.createElement("a"), { href: link.href, textContent: all }));
    box.append(row);
    box.showModal();
    document.documentElement.dataset.help = topic;
  } catch {
    location.assign(link.href);
  }
}

/** Shows the tour; it comes by itself to whoever has not seen it on this device. */
export async function tour(link) {
  let html = "";
  try { html = await piece("/help/tour"); } catch { return; }
  const box = dialog("tour", link.dataset.title);
  box.innerHTML = html;
  const steps = [...box.querySelectorAll(".tour-step")];
  const [back, next] = box.querySelectorAll("[data-step]");
  const further = next.textContent;
  back.before(closer(link.dataset.close, box));
  let shown = 0;
  function show(number) {
    shown = number;
    for (const [index, step] of steps.entries()) step.hidden = index !== shown;
    back.hidden = shown === 0;
    next.textContent = shown === steps.length - 1 ? next.dataset.end : further;
    steps[shown].querySelector("h2").focus();
  }
  for (const button of [back, next]) {
    button.addEventListener("click", () => {
      const number = shown + Number(button.dataset.step);
      if (number < steps.length) return show(number);
      const first = steps[0].querySelector("a").href;
      box.close();
      location.assign(first);
    });
  }
  box.addEventListener("close", remember);
  for (const one of box.querySelectorAll("a")) one.addEventListener("click", remember);
  box.showModal();
  show(0);
  document.documentElement.dataset.help = "tour";
}

export const isNew = () => !guests().includes(document.body.dataset.person);
