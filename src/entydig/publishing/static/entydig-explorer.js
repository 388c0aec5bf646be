/* One question at a time: what is chosen in the form is drawn and kept in the table, which stands complete without this.
   Every number and every word comes written from the page; here are only lengths and places. */
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const WIDE = 560; // from this width names and bars stand side by side
  const MOST = 680;
  const SIZE = 13;
  const BAR = 20;
  const ROW = 30;
  const LINE = 18;
  const GAP = 14;
  const MARKER = 16;
  const STRIP = 3;

  function make(parent, name, attributes = {}, said = null) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    if (said !== null) {
      made.textContent = said;
    }
    parent.append(made);
    return made;
  }

  const pen = document.createElement("canvas").getContext("2d");

  function widthOf(said, family, weight = 400) {
    pen.font = `${weight} ${SIZE}px ${family}`;
    return pen.measureText(said).width;
  }

  /* Shapes as matplotlib names them, around a point. */
  const SHAPES = {
    "^": (x, y) => `M${x - 5} ${y + 4.5}h10l-5 -9.5z`,
    v: (x, y) => `M${x - 5} ${y - 4.5}h10l-5 9.5z`,
    D: (x, y) => `M${x} ${y - 6}l6 6l-6 6l-6 -6z`,
    P: (x, y) => `M${x - 2} ${y - 5.5}h4v3.5h3.5v4h-3.5v3.5h-4v-3.5h-3.5v-4h3.5z`,
    s: (x, y) => `M${x - 4.5} ${y - 4.5}h9v9h-9z`,
    o: (x, y) => `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z`,
  };

  class Picture {
    constructor(data, box) {
      this.data = data;
      this.box = box;
      this.family = getComputedStyle(box).fontFamily;
      this.width = Math.min(box.clientWidth || MOST, MOST);
      this.isWide = this.width >= WIDE;
      this.y = 0;
      this.svg = make(document.createDocumentFragment(), "svg", { role: "img", "font-size": SIZE });
      this.pattern = `${box.id}-hatch`;
      this.hatch();
    }

    hatch() {
      const look = { id: this.pattern, width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
      const pattern = make(make(this.svg, "defs"), "pattern", look);
      make(pattern, "rect", { width: 5, height: 5, fill: this.data.colours.band });
      make(pattern, "rect", { width: 1.4, height: 5, fill: this.data.colours.hatch });
    }

    write(x, y, said, { anchor = "start", fill = this.data.colours.ink, weight = 400 } = {}) {
      make(this.svg, "text", { x, y: y + SIZE * 0.35, "text-anchor": anchor, fill, "font-weight": weight }, said);
    }

    line(x1, y1, x2, y2, stroke, width = 1) {
      make(this.svg, "line", { x1, y1, x2, y2, stroke, "stroke-width": width });
    }

    measure(said) {
      return widthOf(said, this.family);
    }

    widest(words) {
      return Math.max(0, ...words.map((said) => this.measure(said)));
    }

    /* Places the columns: names at the left and numbers at the right of a wide picture, above each bar of a narrow one. */
    columns(rows, ends) {
      this.names = [0, 1].map((place) => this.widest(rows.map((row) => row.names[place])));
      this.left = this.isWide ? MARKER + this.names[0] + 8 + this.names[1] + GAP : 0;
      this.right = this.isWide ? this.width - this.widest(ends) - GAP : this.width;
    }

    /* Names a row and gives the y on which its bar is centred. */
    named(row, end) {
      const y = this.y + (this.isWide ? ROW / 2 : LINE / 2);
      const { shape, colour, fill } = row.look;
      make(this.svg, "path", { d: (SHAPES[shape] ?? SHAPES.o)(7, y), fill, stroke: colour, "stroke-width": 1.5 });
      this.write(MARKER, y, row.names[0]);
      const at = this.isWide ? MARKER + this.names[0] + 8 : MARKER + this.measure(row.names[0]) + 8;
      this.write(at, y, row.names[1], { fill: this.data.colours.quiet });
      this.write(this.width, y, end, { anchor: "end" });
      this.y += this.isWide ? ROW : LINE + ROW;
      return this.isWide ? y : y + LINE / 2 + ROW / 2;
    }

    legend(legend) {
      let x = 0;
      for (const { fill, name } of legend) {
        const width = 15 + this.measure(name);
        if (x && x + width > this.width) {
          x = 0;
          this.y += LINE;
        }
        make(this.svg, "rect", { x, y: this.y + LINE / 2 - 5, width: 10, height: 10, fill });
        this.write(x + 15, this.y + LINE / 2, name);
        x += width + 12;
      }
      this.y += LINE + 6;
    }

    answers(rows, item) {
      const { words, colours, ticks } = this.data;
      this.legend(item.legend);
      this.columns(rows, [words.base, ...rows.map((row) => row.base)]);
      const unsure = rows.filter((row) => row.unsure);
      const said = unsure.length ? this.widest(unsure.map((row) => row.unsure.said)) + 6 : 0;
      const room = this.right - this.left - (unsure.length ? GAP : 0);
      const heading = unsure.length ? this.measure(words.dont_know) : 0;
      const extent = Math.max(item.left + item.right, 1);
      let unit = (room - said) / (extent + (unsure.length ? item.unsure : 0));
      if (unit * item.unsure + said < heading) {
        unit = (room - heading) / extent;
      }
      const centre = this.left + item.left * unit;
      const aside = centre + item.right * unit + GAP;
      const quiet = { fill: colours.quiet };
      if (unsure.length) {
        this.write(aside, this.y + LINE / 2, words.dont_know, quiet);
      }
      if (this.isWide) {
        this.write(this.width, this.y + LINE / 2, words.base, { ...quiet, anchor: "end" });
      }
      this.y += LINE + 2;
      const ground = make(this.svg, "g");
      const places = [];
      for (const row of rows) {
        const y = this.named(row, this.isWide || !row.base ? row.base : `${words.base} ${row.base}`);
        places.push(y);
        this.bar(row, y, centre - row.left * unit, unit);
        if (row.unsure) {
          const width = row.unsure.share * unit;
          const look = { x: aside, y: y - BAR / 2, width, height: BAR, fill: `url(#${this.pattern})`, stroke: colours.hatch, "stroke-width": 0.5 };
          if (width) {
            make(this.svg, "rect", look);
          }
          this.write(aside + (width ? width + 5 : 0), y, row.unsure.said);
        }
      }
      for (const tick of Object.keys(ticks)) {
        for (const side of tick === "0" ? [1] : [-1, 1]) {
          const far = side * Number(tick);
          if (far >= -item.left && far <= item.right) {
            const x = centre + far * unit;
            this.rule(ground, x, places, far ? colours.rule : colours.quiet);
            this.write(x, this.y + LINE / 2, ticks[tick], { ...quiet, anchor: this.anchor(x, ticks[tick]) });
          }
        }
      }
      this.y += LINE + 4;
    }

    /* A rule behind rows; in a narrow picture it leaves room for their names. */
    rule(ground, x, places, stroke) {
      for (const y of places) {
        make(ground, "line", { x1: x, x2: x, y1: y - ROW / 2, y2: y + ROW / 2, stroke });
      }
    }

    /* A word at the edge of the picture stands inside it. */
    anchor(x, said) {
      const half = this.measure(said) / 2;
      return x < half ? "start" : x > this.width - half ? "end" : "middle";
    }

    bar(row, y, start, unit) {
      if (!row.segments.length) {
        this.write(this.left, y, row.note, { fill: this.data.colours.quiet });
      }
      let x = start;
      for (const piece of row.segments.filter((each) => each.share)) {
        const width = piece.share * unit;
        const look = { x, y: y - BAR / 2, width, height: BAR, fill: piece.fill, stroke: this.data.colours.paper };
        make(make(this.svg, "rect", look), "title", {}, `${piece.name} ${piece.written}`);
        const part = (width - 1) / piece.parts.length;
        piece.parts.forEach((fill, place) => {
          make(this.svg, "rect", { x: x + 0.5 + place * part, y: y + BAR / 2 - STRIP, width: part, height: STRIP, fill });
        });
        if (this.measure(piece.said) + 4 <= width) {
          this.write(x + width / 2, y - (piece.parts.length ? STRIP / 2 : 0), piece.said, { anchor: "middle", fill: piece.ink });
        }
        x += width;
      }
    }

    changes(changes) {
      const { colours, axis } = this.data;
      this.y += 10;
      this.columns(changes, changes.map((each) => each.written));
      const known = changes.filter((each) => each.ends);
      const margin = this.isWide ? 0 : 12;
      const unit = (this.right - this.left - 2 * margin) / (axis.high - axis.low);
      const at = (value) => this.left + margin + (value - axis.low) * unit;
      this.write(this.left, this.y + LINE / 2, changes[0].heading, { fill: colours.quiet });
      this.y += LINE + 2;
      const ground = make(this.svg, "g");
      const places = [];
      for (const each of changes) {
        const y = this.named(each, each.written);
        places.push(y);
        if (each.ends) {
          const [low, value, high] = each.ends;
          this.line(at(low), y, at(high), y, each.look.colour, 2);
          const shape = SHAPES[each.look.shape] ?? SHAPES.o;
          make(this.svg, "path", { d: shape(at(value), y), fill: each.look.fill, stroke: each.look.colour });
        }
      }
      if (known.length) {
        for (const y of places) {
          const band = { x: at(-axis.sesoi), y: y - ROW / 2, width: 2 * axis.sesoi * unit, height: ROW, fill: colours.sesoi };
          make(ground, "rect", band);
        }
        for (const [tick, said] of Object.entries(axis.ticks)) {
          const x = at(Number(tick));
          this.rule(ground, x, places, tick === "0" ? colours.quiet : colours.rule);
          this.write(x, this.y + LINE / 2, said, { anchor: this.anchor(x, said), fill: colours.quiet });
        }
        this.y += LINE + 4;
      }
    }

    finish(name) {
      this.svg.setAttribute("aria-label", name);
      this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.y}`);
      this.svg.setAttribute("width", this.width);
      this.svg.setAttribute("height", this.y);
      this.box.replaceChildren(this.svg);
    }
  }

  /* What rows share stands once in the page: gives each row its own. */
  function expanded(data) {
    for (const row of data.rows) {
      row.names = [data.groups[row.group], row.wave];
      row.look = data.looks[row.group][row.wave];
      row.segments = row.segments.map(([piece, share, said, written]) => ({ ...data.pieces[piece], share, said, written }));
    }
    for (const each of data.changes) {
      const look = data.looks[each.group][each.waves.at(-1)];
      each.names = [data.groups[each.group], each.between];
      each.look = { ...look, fill: look.colour };
    }
    return data;
  }

  class Explorer {
    constructor(place, table, number) {
      this.data = expanded(JSON.parse(place.querySelector("script[type='application/json']").textContent));
      this.place = place;
      this.form = place.querySelector("form");
      this.status = place.querySelector("output");
      this.box = place.querySelector(".entydig-explorer-drawing");
      this.box.id = `entydig-explorer-${number}`;
      this.table = [...table.tBodies[0].rows];
      this.headings = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
      this.fields = ["item", "group", "wave"].filter((name) => this.field(name));
      this.form.addEventListener("submit", (event) => event.preventDefault());
      this.form.addEventListener("change", () => {
        this.show();
        this.keep();
      });
      window.addEventListener("hashchange", () => this.linked());
      place.hidden = false;
      if (!this.linked()) {
        this.show();
      }
      let width = this.box.clientWidth;
      new ResizeObserver(() => {
        if (this.box.clientWidth !== width) {
          width = this.box.clientWidth;
          this.draw();
        }
      }).observe(this.box);
      document.fonts.ready.then(() => this.draw());
    }

    /* Not by `form.elements`: that has a method of the name "item". */
    field(name) {
      return this.form.querySelector(`[name="${name}"]`);
    }

    value(name) {
      return this.field(name)?.value ?? "";
    }

    /* Takes the choice an address carries; one that names nothing here leaves all as it is. */
    linked() {
      const given = new URLSearchParams(window.location.hash.slice(1));
      if (!Object.hasOwn(this.data.items, given.get("item") ?? "")) {
        return false;
      }
      for (const name of this.fields) {
        const field = this.field(name);
        const wanted = given.get(name) ?? "";
        field.value = [...field.options].some((option) => option.value === wanted) ? wanted : "";
      }
      this.show();
      this.place.scrollIntoView({ block: "start" });
      return true;
    }

    keep() {
      const given = new URLSearchParams(this.fields.map((name) => [name, this.value(name)]).filter(([, value]) => value));
      window.history.replaceState(null, "", `#${given}`);
    }

    /* What was not asked cannot be chosen; a choice that the new question does not have gives way to all. */
    allow() {
      const rows = this.data.rows.filter((row) => row.item === this.value("item"));
      for (const name of this.fields.filter((each) => each !== "item")) {
        const field = this.field(name);
        const other = name === "group" ? "wave" : "group";
        const held = new Set(rows.filter((row) => name === "group" || !this.value(other) || row[other] === this.value(other)).map((row) => row[name]));
        for (const option of field.options) {
          option.disabled = option.value !== "" && !held.has(option.value);
        }
        if (field.selectedOptions[0]?.disabled) {
          field.value = "";
        }
      }
    }

    chosen(row) {
      return ["item", "group", "wave"].every((name) => !this.value(name) || row[name] === this.value(name));
    }

    show() {
      this.allow();
      const whole = this.field("whole").checked;
      this.data.rows.forEach((row, place) => {
        this.table[place].hidden = !whole && !this.chosen(row);
      });
      const said = (name) => this.field(name)?.selectedOptions[0].textContent ?? "";
      const rows = this.data.rows.filter((row) => this.chosen(row));
      this.status.textContent = this.data.words.status
        .replace("{item}", () => said("item"))
        .replace("{group}", () => said("group") || rows[0].names[0])
        .replace("{wave}", () => said("wave") || rows[0].names[1]);
      this.draw();
    }

    /* Says a row of the table, from its answers to its base. */
    described(row) {
      const cells = [...this.table[this.data.rows.indexOf(row)].cells].map((cell) => cell.textContent.trim());
      const said = [3, 4, 5, 6].map((place) => `${this.headings[place]}: ${cells[place]}`);
      return `${row.names.join(" ")}. ${said.join("; ")}`;
    }

    draw() {
      const { words, items } = this.data;
      const item = items[this.value("item")];
      const rows = this.data.rows.filter((row) => this.chosen(row));
      const published = this.data.changes.filter((each) => each.item === this.value("item"));
      const changes = published.filter((each) => !this.value("wave") && (!this.value("group") || each.group === this.value("group")));
      const wording = this.place.querySelector(".entydig-explorer-item");
      const name = document.createElement("strong");
      name.textContent = item.name;
      wording.replaceChildren(name, ` ${item.wording}`);
      const picture = new Picture(this.data, this.box);
      picture.answers(rows, item);
      if (changes.length) {
        picture.changes(changes);
      }
      picture.finish([item.name, ...rows.map((row) => this.described(row)), ...changes.map((each) => each.said)].join(". "));
      const notes = [words.axis_note];
      if (rows.some((row) => row.unsure)) {
        notes.push(words.base_dont_know);
      }
      if (rows.some((row) => row.segments.some((piece) => piece.parts.length))) {
        notes.push(words.note_merged);
      }
      if (changes.some((each) => each.ends)) {
        notes.push(words.change_note);
      }
      if (!published.length) {
        notes.push(words.explorer_no_change);
      } else if (this.value("wave")) {
        notes.push(words.explorer_choose_all);
      }
      this.place.querySelector(".entydig-explorer-notes").textContent = notes.join(" ");
    }
  }

  function start() {
    document.querySelectorAll(".entydig-explorer").forEach((place, number) => {
      const table = document.getElementById(place.dataset.table);
      if (table && table.tBodies.length) {
        new Explorer(place, table, number);
      }
    });
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
