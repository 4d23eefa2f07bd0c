// A picture whose parts are views, one at a time, with the same element lit wherever it is drawn: in the grid of a view, and in the line of memory.
//
//   <g data-part="transpose" data-top="210">                                             a part, from this height on
//     <g data-place="0.3" data-says="[0,1]: 0 + 1*0 + 3*1 = 3"><rect/><text>40</text>    place 3 of memory 0 (a copy is memory 1)
//
// What the cells say comes from the engine (src/explain/layout.rs); nothing is computed here.

const indexOfCell = cell => cell.dataset.says.split(":")[0];
const MARGIN = 8; // above a part

/** Shows the parts of a picture by buttons, and lights its cells by pointer, keys or touch; `at` is "part.memory.place". */
function inspect(place, picture, at, onStep) {
  const svg = picture.querySelector("svg"), parts = [...svg.querySelectorAll("[data-part]")], all = [...svg.querySelectorAll("[data-place]")];
  const [x, top, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const tops = parts.map((part, k) => (k ? Number(part.dataset.top) - MARGIN : top));
  // (As high as the highest, so that nothing below moves.)
  const heights = tops.map((from, k) => Number(parts[k + 1]?.dataset.top ?? top + height) - from), tall = Math.max(...heights);
  svg.setAttribute("height", Number(svg.getAttribute("width")) * tall / width);
  const buttons = parts.map((part, k) => make("button", { type: "button", onclick: () => go(k, true) }, ...said([part.dataset.part, part.dataset.zh ?? part.dataset.part])));
  const says = make("p", { className: "says", ariaLive: "polite" });
  const hint = make("span", { className: "hint" }, ...both("span", "point at a cell, or the arrow keys in the picture", "指向一个元素，或在图中用方向键"));
  place.replaceChildren(make("div", { className: "controls" }, ...buttons, ...(all.length ? [hint] : [])), ...(all.length ? [says] : []));
  let shown = 0, lit = null;
  // On paper, all parts, each a picture of its own so that pages may end between them.
  svg.paper = () => parts.map((part, k) => {
    const one = svg.cloneNode(true);
    one.querySelectorAll("[data-part]").forEach((other, j) => (j === k ? other.removeAttribute("style") : other.remove()));
    one.setAttribute("viewBox", [x, tops[k], width, heights[k]].join(" "));
    one.setAttribute("height", Number(svg.getAttribute("width")) * heights[k] / width);
    one.classList.add("paper");
    return one;
  });

  // The cells of the part's grid, in C order.
  const cells = () => [...parts[shown].querySelectorAll("[data-says]")]
    .sort((a, b) => a.dataset.says.localeCompare(b.dataset.says, "en", { numeric: true }));
  const light = (cell, told) => {
    lit = cell;
    for (const other of all) other.classList.toggle("at", other.dataset.place === lit?.dataset.place);
    const readers = cells().filter(other => other.dataset.place === lit?.dataset.place);
    const reader = readers.includes(lit) ? lit : readers[0], more = readers.length - 1;
    says.replaceChildren(...(reader ? [`${reader.dataset.says} → ${reader.textContent}`] : lit ? both("span", "No index leads here.", "没有索引指向这里。") : []),
      ...(more > 0 ? both("span", `  (and ${more} more)`, `（另有 ${more} 个索引）`) : []));
    if (told) onStep(lit ? `${shown}.${lit.dataset.place}` : String(shown));
  };
  const go = (to, told) => {
    shown = to;
    parts.forEach((part, k) => { part.style.display = k === to ? "" : "none"; });
    buttons.forEach((button, k) => { button.ariaPressed = String(k === to); });
    svg.setAttribute("viewBox", [x, tops[to], width, tall].join(" "));
    light(cells().find(cell => cell.dataset.place === lit?.dataset.place) ?? cells()[0] ?? null, told);
  };
  const [, part, name] = /^(\d+)(?:\.(\d+\.\d+))?$/.exec(at) ?? [];
  lit = all.find(cell => cell.dataset.place === name) ?? null;
  go(Math.min(part ?? parts.length, parts.length - 1), false);

  if (!all.length) {
    // (What the picture before had.)
    picture.onpointermove = picture.onpointerdown = picture.onkeydown = null;
    for (const name of ["tabindex", "role", "aria-label"]) picture.removeAttribute(name);
    return go;
  }
  Object.assign(picture, { tabIndex: 0, role: "group", ariaLabel: own(LABELS[".picture[role]"]) });
  // (Not what comes under a pointer that rests, when the page is scrolled.)
  picture.onpointermove = picture.onpointerdown = ({ target }) => {
    const cell = target.closest("[data-place]");
    if (cell && cell !== lit) light(cell, true);
  };
  picture.onkeydown = event => {
    const list = cells(), here = list.indexOf(lit);
    const down = by => {
      const index = lit?.dataset.says ? indexOfCell(lit).match(/\d+/g)?.map(Number) : null;
      if (!index || index.length < 2) return undefined;
      index[index.length - 2] += by;
      return list.find(cell => indexOfCell(cell) === `[${index}]`);
    };
    const keys = { ArrowLeft: () => list[here - 1], ArrowRight: () => list[here + 1], ArrowUp: () => down(-1), ArrowDown: () => down(1), Home: () => list[0], End: () => list.at(-1) };
    const cell = event.ctrlKey || event.altKey || event.metaKey ? undefined : keys[event.key]?.();
    if (!cell) return;
    event.preventDefault();
    light(cell, true);
  };
}
