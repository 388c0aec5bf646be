/* The policy of a page forbids the script that Sphinx would make of this link. */
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".highlight-link a")) return;
  event.preventDefault();
  SphinxHighlight.hideSearchWords();
});

/* Escape puts a definition away until its word is pointed at, or reached, anew. */
const AWAY = "entydig-away";
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const term of document.querySelectorAll(".entydig-term:is(:hover, :focus-within)")) {
    term.classList.add(AWAY);
  }
});
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, (event) => {
    event.target.closest?.(".entydig-term")?.classList.remove(AWAY);
  });
}

/* What is wider than the page can be reached by keyboard, to be pulled sideways with the arrows. */
function reach() {
  for (const wide of document.querySelectorAll(".bd-article figure, .pst-scrollable-table-container")) {
    const name = wide.querySelector("figcaption, caption")?.innerText.trim();
    const role = name && wide.tagName !== "FIGURE" ? "region" : "";
    const pulled = wide.scrollWidth > wide.clientWidth + 1;
    const said = { tabindex: "0", role, "aria-label": name };
    for (const [attribute, value] of Object.entries(said)) {
      if (pulled && value) wide.setAttribute(attribute, value);
      else wide.removeAttribute(attribute);
    }
  }
}
for (const kind of ["load", "resize"]) window.addEventListener(kind, reach);
