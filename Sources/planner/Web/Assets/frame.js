// The head of every page: "?" opens its help; "/" leads to the search box, which shows what it finds while one types; an
// open menu closes by Escape or a click elsewhere. What is found comes from the server as a list that is safe to put into
// the page.
import { signIn, signOut } from "./device.js";
import { suggest } from "./suggest.js";

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

// What is kept on the device goes with the person it belongs to.
document.querySelector("form.person")?.addEventListener("submit", (event) => {
  event.preventDefault();
  signOut(event.target);
});
document.querySelector('form[action="/sign-in"]')?.addEventListener("submit", signIn);

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

if (input) suggest({
  input, box: find, id: "suggestions",
  find: async (text, signal) => {
    const answer = await fetch(`/search/hits?q=${encodeURIComponent(text)}`, { signal });
    // A session may have ended: the search page says so.
    if (!answer.ok || answer.redirected) return [];
    return [...new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("li")];
  },
  pick: (item) => { if (item.dataset.link) location.assign(item.dataset.link); },
});
