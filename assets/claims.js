// The filter of the ledger of claims: two choices and a live count.
// Without this script every row shows.
(() => {
  "use strict";

  const ledger = document.querySelector(".claims");
  if (!ledger) return;
  const rows = [...ledger.querySelectorAll(".claim")];
  const gradeOf = (row) => row.querySelector(".grade").textContent;
  const chaptersOf = (row) => (row.className.match(/\bchapter-\d+/g) || []).map((name) => name.slice(8));
  const kinds = (values) => [...new Set(values)];

  const form = document.createElement("form");
  form.className = "claims-filter";
  form.setAttribute("aria-label", "Filter of the ledger");
  const said = document.createElement("p");
  said.setAttribute("role", "status");

  function choice(name, options) {
    const both = document.createElement("span");
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.id = `claims-${name}`;
    select.autocomplete = "off";
    label.htmlFor = select.id;
    label.textContent = name;
    for (const value of ["", ...options]) select.add(new Option(value || "all", value));
    both.append(label, " ", select);
    form.append(both);
    return select;
  }

  const grade = choice("grade", kinds(rows.map(gradeOf)).sort());
  const chapter = choice("chapter", kinds(rows.flatMap(chaptersOf)).sort());
  form.append(said);

  function show() {
    let count = 0;
    for (const row of rows) {
      row.hidden =
        (grade.value && gradeOf(row) !== grade.value) ||
        (chapter.value && !chaptersOf(row).includes(chapter.value));
      count += !row.hidden;
    }
    said.textContent = `${count} of ${rows.length} claims`;
  }

  // A link to a row that is hidden shows all rows again.
  function follow() {
    const row = rows.find((row) => `#${row.id}` === location.hash.toLowerCase());
    if (!row || !row.hidden) return;
    form.reset();
    show();
    row.scrollIntoView();
  }

  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);
  ledger.before(form);
  show();
})();
