// What a word of the trade means, shown beside it on hover, on focus and on tap.
// Without this script a term is a link to the glossary.
(() => {
  "use strict";

  const GAP = 6; // px between the word and the box
  const MARGIN = 8; // px between the box and the edge of the window
  const PATIENCE = 250; // ms in which a mouse may travel from the word into the box

  const box = document.createElement("div");
  box.id = "term-meaning";
  box.className = "term-meaning";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  const meaning = document.createElement("span");
  const more = document.createElement("a");
  more.textContent = "Glossary";
  more.tabIndex = -1; // the word itself leads there too
  box.append(meaning, " ", more);

  let shown = null; // the link whose meaning is shown
  let timer = 0;

  function place() {
    const word = shown.getClientRects()[0] ?? shown.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const room = document.documentElement.clientWidth - size.width - MARGIN;
    const below = word.bottom + GAP;
    const fits = below + size.height < innerHeight;
    box.style.left = `${scrollX + Math.max(MARGIN, Math.min(word.left, room))}px`;
    box.style.top = `${scrollY + (fits ? below : word.top - GAP - size.height)}px`;
  }

  function show(link) {
    clearTimeout(timer);
    if (shown === link) return;
    hide();
    shown = link;
    meaning.textContent = link.dataset.term;
    more.href = link.href;
    box.hidden = false;
    link.setAttribute("aria-describedby", box.id);
    place();
  }

  function hide() {
    clearTimeout(timer);
    shown?.removeAttribute("aria-describedby");
    shown = null;
    box.hidden = true;
  }

  function hideSoon() {
    clearTimeout(timer);
    timer = setTimeout(hide, PATIENCE);
  }

  const links = document.querySelectorAll("a[data-term]");
  if (!links.length) return;
  document.body.append(box);
  let finger = false; // whether the press that is going on is a finger's
  for (const link of links) {
    link.removeAttribute("title");
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show(link));
    link.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hideSoon());
    link.addEventListener("pointerdown", (event) => (finger = event.pointerType !== "mouse"));
    link.addEventListener("focus", () => finger || show(link));
    link.addEventListener("blur", hideSoon);
    // The first tap shows, the second one follows the link.
    link.addEventListener("click", (event) => {
      if (!finger || shown === link) return;
      event.preventDefault();
      show(link);
    });
  }
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", hideSoon);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("pointerdown", (event) => {
    if (shown && !shown.contains(event.target) && !box.contains(event.target)) hide();
  });
  addEventListener("resize", hide);
})();
