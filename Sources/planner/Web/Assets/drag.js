// Dragging pieces of a page: what is carried, and what it would fall on, stand out meanwhile.

/**
 * Pieces of `root` that match `pick` can be dragged. `zone` is what something can fall on, a selector; `drop` is called
 * with the event, the piece and where it fell.
 */
export function dragging(root, { pick, text, zone, drop }) {
  let dragged = null;
  const under = (event) => (dragged ? event.target.closest?.(zone) : null);
  function mark(place) {
    for (const one of root.querySelectorAll(".is-target")) if (one !== place) one.classList.remove("is-target");
    place?.classList.add("is-target");
  }
  root.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(pick) ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", text(dragged));
    dragged.classList.add("is-dragged");
  });
  root.addEventListener("dragover", (event) => {
    const place = under(event);
    mark(place);
    if (place) event.preventDefault();
  });
  root.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    mark(null);
  });
  root.addEventListener("drop", (event) => {
    const place = under(event);
    if (!place) return;
    event.preventDefault();
    drop(event, dragged, place);
  });
}
