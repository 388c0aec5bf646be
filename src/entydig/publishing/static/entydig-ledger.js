/* A table that stands complete in its page can be sorted from its headings and filtered from the form above it. */
(() => {
  "use strict";

  const collator = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });

  const words = (row, column) => row.cells[column].textContent.trim();
  const isEmpty = (said) => said === "" || said === "–";

  /* What a row is sorted by in a column: the number a cell carries, else its words; null where it has neither. */
  function key(row, column) {
    const marked = row.cells[column].querySelector("[data-sort]");
    if (marked) {
      return Number(marked.dataset.sort);
    }
    const said = words(row, column);
    return isEmpty(said) ? null : said;
  }

  function compare(one, other) {
    if (typeof one === typeof other) {
      return typeof one === "number" ? one - other : collator.compare(one, other);
    }
    return typeof one === "number" ? -1 : 1;
  }

  /* Rows without anything in the column come last, whichever way it is sorted. */
  function sort(body, column, downwards) {
    const keyed = [...body.rows].map((row) => [key(row, column), row]);
    keyed.sort(([one], [other]) => {
      if (one === null || other === null) {
        return (one === null) - (other === null);
      }
      return downwards ? compare(other, one) : compare(one, other);
    });
    body.append(...keyed.map(([, row]) => row));
  }

  function makeSortable(table) {
    const headings = [...table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent.trim();
      heading.scope = "col";
      heading.replaceChildren(button);
      button.addEventListener("click", () => {
        const downwards = heading.getAttribute("aria-sort") === "ascending";
        headings.forEach((each) => each.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", downwards ? "descending" : "ascending");
        sort(table.tBodies[0], column, downwards);
      });
    });
    /* On a narrow page a row is a card: each cell needs the name of its column, an empty one no place. */
    for (const row of table.tBodies[0].rows) {
      [...row.cells].forEach((cell, column) => {
        cell.dataset.heading = headings[column].textContent;
        cell.classList.toggle("entydig-empty", isEmpty(words(row, column)));
      });
    }
    table.classList.add("entydig-ledger-cards");
  }

  function makeFilter(form, table) {
    const rows = [...table.tBodies[0].rows];
    const counted = form.querySelector("output");
    const search = form.querySelector("input[type=search]");
    const choices = [...form.querySelectorAll("select")];

    function show() {
      const sought = search.value.trim().toLocaleLowerCase();
      let shown = 0;
      for (const row of rows) {
        const chosen = choices.every((each) => words(row, Number(each.dataset.column)).startsWith(each.value));
        row.hidden = !(chosen && row.textContent.toLocaleLowerCase().includes(sought));
        shown += row.hidden ? 0 : 1;
      }
      counted.textContent = counted.dataset.count.replace("{shown}", shown).replace("{all}", rows.length);
    }

    form.addEventListener("input", show);
    form.addEventListener("reset", () => window.setTimeout(show));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
    show();
  }

  function start() {
    for (const form of document.querySelectorAll(".entydig-ledger-form")) {
      const table = document.getElementById(form.dataset.table);
      if (table && table.tHead && table.tBodies.length) {
        makeSortable(table);
        makeFilter(form, table);
      }
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
