/* A number in the text says what stands behind it: to a pointer that rests on it, to the keyboard that reaches it, to a
   finger that taps it (a second tap follows the link). Without this script its title says the same. */
(() => {
  "use strict";

  const APART = " · ";
  const GAP = 6;
  const PATIENCE = 200; // milliseconds in which a pointer may cross from the number to what it says
  const again = document.querySelector('meta[name="entydig-number"]')?.content ?? "";
  let open = null;
  let closing = 0;

  function box(link, number) {
    const said = document.createElement("span");
    said.id = `entydig-said-${number}`;
    said.className = "entydig-said";
    said.setAttribute("role", "tooltip");
    said.hidden = true;
    const [estimate, ...origin] = link.title.split(APART);
    for (const line of [estimate, origin.join(APART)].filter(Boolean)) {
      const written = document.createElement("span");
      written.textContent = line;
      said.append(written, " ");
    }
    link.removeAttribute("title");
    link.setAttribute("aria-describedby", said.id);
    link.after(said);
    return said;
  }

  function place({ link, said }) {
    const line = [...link.getClientRects()].at(-1);
    if (!line) return;
    const room = document.documentElement.clientWidth - said.offsetWidth - GAP;
    const below = line.bottom + GAP;
    const fits = below + said.offsetHeight <= window.innerHeight;
    said.style.left = `${Math.max(GAP, Math.min(line.left, room))}px`;
    said.style.top = `${fits ? below : line.top - GAP - said.offsetHeight}px`;
  }

  function show(link, said) {
    window.clearTimeout(closing);
    if (open?.link === link) return;
    hide();
    open = { link, said };
    said.hidden = false;
    place(open);
  }

  function hide() {
    window.clearTimeout(closing);
    if (open) open.said.hidden = true;
    open = null;
  }

  function hideSoon() {
    window.clearTimeout(closing);
    closing = window.setTimeout(hide, PATIENCE);
  }

  function listen(link, number) {
    const said = box(link, number);
    let tapped = false;
    for (const each of [link, said]) {
      each.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && show(link, said));
      each.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && hideSoon());
    }
    link.addEventListener("focus", () => !tapped && show(link, said));
    link.addEventListener("blur", hide);
    link.addEventListener("pointerdown", (event) => {
      tapped = event.pointerType === "touch";
    });
    link.addEventListener("click", (event) => {
      const first = tapped && open?.link !== link;
      tapped = false;
      if (!first) return;
      event.preventDefault();
      if (again && !said.querySelector(".entydig-again")) {
        const hint = document.createElement("span");
        hint.className = "entydig-again";
        hint.textContent = again;
        said.append(hint);
      }
      show(link, said);
    });
  }

  function start() {
    document.querySelectorAll("a.entydig-number[title]").forEach(listen);
    document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
    document.addEventListener("pointerdown", (event) => {
      if (open && !open.link.contains(event.target) && !open.said.contains(event.target)) hide();
    });
    for (const kind of ["scroll", "resize"]) {
      window.addEventListener(kind, () => open && place(open), { capture: true, passive: true });
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
