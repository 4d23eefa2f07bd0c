// What is typed in a panel becomes steps, a picture and a text. What answers is `load`: the engine (engine.js), or a few lines in its place (steps.js).

const tuple = shape => `(${shape.join(",")}${shape.length === 1 ? "," : ""})`;
const product = shape => shape.reduce((n, size) => n * size, 1);

/** A number as NumPy prints a scalar. */
function print(x, float) {
  if (typeof x === "string" || !Number.isFinite(x)) return String(x).replace("NaN", "nan").replace("Infinity", "inf");
  if (!float) return String(x);
  const size = Math.abs(x), sign = Object.is(x, -0) ? "-" : "";
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return x.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  return sign + (Number.isInteger(x) ? `${x}.0` : x);
}

/** The index of element `place`, in C order; and back, with the strides that a shape or a view has. */
function indexOf(place, shape) {
  const index = Array(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = place % shape[axis];
    place = Math.floor(place / shape[axis]);
  }
  return index;
}
const placeOf = (index, strides) => index.reduce((sum, i, axis) => sum + i * strides[axis], 0);
const stridesOf = shape => shape.map((_, axis) => product(shape.slice(axis + 1)));

/** An element with these properties and children. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The same element in each language: the style shows that of the page. */
const both = (tag, en, zh) => [["en", en], ["zh", zh]].map(([lang, textContent]) => make(tag, { lang, textContent }));

/** What is said in each language, or one text that is the same in all. */
const said = texts => (Array.isArray(texts) && texts[0] !== texts[1] ? both("span", ...texts) : [texts ?? []].flat().slice(0, 1));
/** An error in each language. */
const refused = (...texts) => Object.assign(Error(texts[0]), { texts });

/** A table of the last two axes of a shape, at `leading` on those before: `cell(place)` says the text and the class of each. */
function grid(caption, shape, leading, cell, upright = false) {
  const [rows, columns] = shape.length > 1 ? shape.slice(-2) : upright ? [shape[0], 1] : [1, shape[0] ?? 1];
  const first = placeOf(leading, stridesOf(shape).slice(0, leading.length));
  const body = make("tbody");
  for (let i = 0; i < rows; i++) {
    const row = body.appendChild(make("tr"));
    for (let j = 0; j < columns; j++) {
      const place = first + i * columns + j;
      const { text, role } = cell(place);
      const td = row.appendChild(make("td", { className: role, textContent: text }));
      td.dataset.place = place;
    }
  }
  return make("table", {}, make("caption", { textContent: caption }), body);
}

const lit = (role, on) => (on ? `${role} lit` : role);
// (A number has no index.)
const brackets = index => (index.length ? `[${index.join(", ")}]` : "");

/** What the sum of a cell comes to. */
const lastSum = ({ joins, running }) => (joins.length ? joins.at(-1)[0] : running.at(-1));

/** What each command shows at a step: tables, a sentence, and what stands below. */
const SHOW = {
  dot({ a, b, out, cells }, at) {
    const { index, row, column, products, running } = cells[at];
    const free = a.shape.length - 1, vector = b.shape.length === 1;
    const inA = index.slice(0, free), inB = vector ? [] : index.slice(free);
    const rowPlaces = row.map((_, k) => placeOf([...inA, k], stridesOf(a.shape)));
    const columnPlaces = row.map((_, k) => placeOf([...inB.slice(0, -1), k, ...inB.slice(-1)], stridesOf(b.shape)));
    const numbers = (tensor, role, places) => place => ({ text: print(tensor.values[place], tensor.float), role: lit(role, places.includes(place)) });
    const p = x => print(x, out.float);
    const terms = row.map((x, k) => `${p(x)}·${p(column[k])}`).join(" + ");
    return {
      grids: [
        grid(`A ${tuple(a.shape)}`, a.shape, inA.slice(0, -1), numbers(a, "a", rowPlaces)),
        grid(`B ${tuple(b.shape)}`, b.shape, inB.slice(0, -1), numbers(b, "b", columnPlaces), true),
        grid(`dot(A, B) ${tuple(out.shape)}`, out.shape, index.slice(0, -2), numbers(out, "out", [at])),
      ],
      says: [`dot(A, B)${brackets(index)} = ${terms} = ${p(lastSum(cells[at]))}`],
      below: sum(cells[at], out.float, p),
    };
  },

  broadcast({ a, b, out, reads, values, float }, at) {
    const p = x => print(x, float), index = indexOf(at, out), leading = index.slice(0, -2);
    const own = [a, b].map((shape, i) => indexOf(reads[i][at], shape));
    const operand = (shape, which, role) => place => {
      const source = indexOf(reads[which][place], shape);
      // A copy: not the first place that reads this element.
      const ghost = reads[which].indexOf(reads[which][place]) !== place;
      return { text: values ? p(values[place][which]) : source.join(",") || "( )", role: lit(ghost ? "ghost" : role, place === at) };
    };
    return {
      grids: [
        grid(`a ${tuple(a)} → ${tuple(out)}`, out, leading, operand(a, 0, "a")),
        grid(`b ${tuple(b)} → ${tuple(out)}`, out, leading, operand(b, 1, "b")),
        grid(`a + b ${tuple(out)}`, out, leading, place => ({ text: values ? p(values[place][2]) : indexOf(place, out).join(",") || "( )", role: lit("out", place === at) })),
      ],
      says: values
        ? [`(a + b)${brackets(index)} = a${brackets(own[0])} + b${brackets(own[1])} = ${p(values[at][0])} + ${p(values[at][1])} = ${p(values[at][2])}`]
        : [`(a + b)${brackets(index)} `, ...both("span", "reads", "读取"), ` a${brackets(own[0])} `, ...both("span", "and", "与"), ` b${brackets(own[1])}`],
      below: make("div", {}, ...both("p", "Dashed cells are not there: the axis is stretched, with stride 0, and the same cell is read again.", "虚线格并不存在：这个轴被拉伸，步幅为 0，同一个元素被再次读取。")),
    };
  },
};

/** The running sum of a cell; and to fold out, for floats alone, the engine's order in lanes. */
function sum({ row, column, products, running, joins }, float, p) {
  const line = (tag, ...cells) => make("tr", {}, ...cells.map(cell => make(tag, {}, ...[cell].flat())));
  const table = (...parts) => make("table", { className: "sum" }, ...parts);
  const head = line("th", "k", "A", "B", "A·B", both("span", "sum", "和"));
  const body = row.map((x, k) => line("td", k, p(x), p(column[k]), p(products[k]), p(running[k])));
  const below = make("div", { className: "scroll" }, table(make("thead", {}, head), make("tbody", {}, ...body)));
  if (float && joins.length) {
    const [last, value] = [running.at(-1) ?? 0, joins.at(-1)[0]].map(p), lanes = 2 * joins[0].length;
    const ends = last === value
      ? [`Both orders end in ${value}.`, `两种顺序的结果都是 ${value}。`]
      : [`Term after term it would be ${last}; in lanes, the result, it is ${value}.`, `逐项相加会得到 ${last}；分通道相加得到的结果是 ${value}。`];
    const says = both("p",
      `Term k is added to lane k % ${lanes}; at the end the lanes join by halves. ${ends[0]}`,
      `第 k 项加到通道 k % ${lanes} 上；最后各通道两两合并。${ends[1]}`);
    const joined = joins.filter(sums => sums.length < row.length)
      .map(sums => line("td", both("span", `joined to ${sums.length}`, `合并为 ${sums.length} 个`), sums.map(p).join("  ")));
    const summary = make("summary", {}, ...both("span", `The engine's order: ${lanes} lanes`, `引擎的顺序：${lanes} 个通道`));
    below.append(make("details", {}, summary, ...says, table(...joined)));
  }
  return below;
}

/** Steps through the cells of a result: by buttons, arrow keys, or a click on a cell. */
function steps(place, command, model, start, onStep) {
  const shape = model.out.shape ?? model.out, count = product(shape), width = shape.at(-1) ?? 1;
  place.replaceChildren();
  if (count === 0) return place.append(...both("p", "The result has no cells.", "结果没有元素。"));
  if (count > 400) return place.append(...both("p", `The result has ${count} cells, too many to step through.`, `结果有 ${count} 个元素，太多了，无法逐个查看。`));
  let at = 0;
  const grids = make("div", { className: "grids" }), below = make("div");
  const says = make("p", { className: "says", ariaLive: "polite" });
  const [back, next] = [["Previous", "上一个"], ["Next", "下一个"]].map(texts => make("button", { type: "button" }, ...both("span", ...texts)));
  const where = make("span");
  const hint = make("span", { className: "hint" }, ...both("span", "or the arrow keys", "或用方向键"));
  const group = make("div", { className: "group", role: "group", tabIndex: 0, ariaLabel: own(LABELS[".group"]) });
  group.append(grids, make("div", { className: "controls" }, back, next, where, hint), says, below);
  place.append(group);

  const go = to => {
    at = Math.min(Math.max(to, 0), count - 1);
    const shown = SHOW[command](model, at);
    grids.replaceChildren(...shown.grids);
    says.replaceChildren(...shown.says);
    below.replaceChildren(shown.below);
    where.replaceChildren(...both("span", `cell ${at + 1} of ${count}`, `第 ${at + 1} 个元素，共 ${count} 个`));
    onStep(at);
    [back.disabled, next.disabled] = [at === 0, at === count - 1];
  };
  // (A button that is disabled under the reader's finger would lose the keyboard's place.)
  const press = by => () => { go(at + by); if (document.activeElement === document.body) group.focus(); };
  back.onclick = press(-1);
  next.onclick = press(1);
  grids.onclick = ({ target }) => target.matches(".out") && go(Number(target.dataset.place));
  const keys = { ArrowLeft: () => at - 1, ArrowRight: () => at + 1, ArrowUp: () => at - width, ArrowDown: () => at + width, Home: () => 0, End: () => count - 1 };
  group.onkeydown = event => {
    const to = event.ctrlKey || event.altKey || event.metaKey ? undefined : keys[event.key]?.();
    if (to === undefined || to < 0 || to >= count || to === at) return;
    event.preventDefault();
    go(to);
    grids.querySelectorAll(".lit").forEach(cell => cell.scrollIntoView({ block: "nearest", inline: "nearest" }));
  };
  go(Math.trunc(Number(start)) || 0);
}

/** Why two shapes do not broadcast. */
function clash({ a, b }) {
  const back = Math.min(a.length, b.length), pairs = Array.from({ length: back }, (_, i) => [a.at(-1 - i), b.at(-1 - i)]);
  const [x, y] = pairs.find(([x, y]) => x !== y && x !== 1 && y !== 1) ?? [];
  // (Too large a result is an error too, of shapes that agree.)
  return x === undefined ? [] : both("p", `Aligned on the right, ${x} meets ${y}: they differ, and neither is 1, which alone can be stretched.`,
    `从右边对齐，${x} 遇到 ${y}：两者不同，又都不是 1，而只有 1 可以拉伸。`);
}

/** Puts a text where it can be pasted from. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // (Not everywhere, and not everybody is asked.)
    const field = document.body.appendChild(make("textarea", { value: text }));
    field.select();
    document.execCommand("copy");
    field.remove();
  }
}

/** A button that copies what `text` gives. */
function copier(texts, text) {
  const button = make("button", { type: "button", className: "copy" }, ...both("span", ...texts));
  button.onclick = async () => {
    await copy(text());
    button.focus();
    button.dataset.done = "true";
    setTimeout(() => delete button.dataset.done, 2000);
  };
  return button;
}

// What is typed and where one is stands in the address: `?broadcast=(3,1)&broadcast=(4,)&broadcast=5`, a panel's fields and then its step.
const states = new Map();
let later;
// (Of a panel that only the page with the engine has, too: that is said where its picture is.)
for (const name of asked.keys()) {
  const figure = document.getElementById(name);
  if (name === "lang" || states.has(name) || figure?.matches(".panel")) continue;
  states.set(name, asked.getAll(name));
  if (figure?.querySelector(".command")) figure.prepend(...both("p",
    "The link to this place has values of its own. This page has no panel to compute them, only a picture of the example; the page with the engine has one, and this address works there.",
    "指向这里的链接带有自己的值。这个网页没有计算它们的面板，只有示例的图；带引擎的网页有，这个地址在那里可用。").map(p => Object.assign(p, { className: "lacks" })));
}
/** The address with these states alone; a panel as it was written has none. */
function address(states, hash) {
  const url = new URL(location), lang = url.searchParams.get("lang");
  url.search = "";
  if (lang) url.searchParams.set("lang", lang);
  for (const [name, values] of states) values?.forEach(value => url.searchParams.append(name, value));
  if (hash) url.hash = hash;
  return url;
}
function keep(name, values) {
  states.set(name, values);
  clearTimeout(later); // (Browsers complain of too many.)
  later = setTimeout(() => history.replaceState(null, "", address(states)), 300);
}

/** A word as a shell takes it. */
const quoted = word => (/^[\w,.:-]+$/.test(word) ? word : `"${word.replace(/["$`\\]/g, "\\$&")}"`);

/** Makes a figure one that can be typed in. */
function panel(figure, explain) {
  const { command } = figure.dataset;
  const [form, error, place, picture, text] = ["form", ".error", ".steps", ".picture", ".text"].map(name => figure.querySelector(name));
  const fields = [...form.querySelectorAll("textarea")], start = fields.map(field => field.value).join("\0");
  const given = asked.getAll(command);
  if (given.length >= fields.length) fields.forEach((field, i) => { field.value = given[i]; });
  let at = given[fields.length] ?? "";
  const state = () => [...fields.map(field => field.value), ...(at && (at !== "0" || command === "layout") ? [at] : [])];
  if (given.length >= fields.length) states.set(command, state());
  const step = to => { at = to; keep(command, state().join("\0") === start ? null : state()); };
  const typed = () => { step(""); return update(); };
  const details = make("details", {}, make("summary", {}, ...both("span", "As text", "文本形式")));
  text.replaceWith(details);
  details.append(text);
  let latest = 0;
  const update = async () => {
    figure.ariaBusy = "true";
    const turn = ++latest, values = fields.map(field => field.value);
    figure.dataset.columns = Math.min(Math.max(24, Math.floor((figure.clientWidth - 40) / 8)), 80);
    const asked = async () => explain(command, values, Number(figure.dataset.columns));
    const answer = await asked().catch(({ message, texts }) => ({ error: texts ?? message }));
    if (turn !== latest) return; // Something else has been typed meanwhile.
    const wrong = answer.error ?? answer.model?.error ?? answer.json?.error ?? null;
    error.replaceChildren(...said(wrong));
    for (const field of fields) field.ariaInvalid = String(wrong !== null);
    figure.querySelector("figcaption .command").textContent = ["nptensor explain", command, ...values.map(quoted)].join(" ");
    figure.ariaBusy = "false";
    // What is half typed leaves everything where it was.
    const half = wrong !== null && !answer.svg && !answer.model;
    figure.classList.toggle("stale", half);
    if (half) return;
    // (The picture below is of the first cell of a product.)
    const first = at => (picture.style.display = at > 0 && command === "dot" ? "none" : "");
    first(0);
    if (answer.svg) {
      picture.innerHTML = answer.svg;
      name();
    }
    if (wrong === null && answer.model?.out) steps(place, command, answer.model, at, to => { first(to); step(String(to)); });
    else if (picture.querySelector("[data-part]")) inspect(place, picture, at, step);
    else place.replaceChildren(...(command === "broadcast" && answer.model?.error ? clash(answer.model) : []));
    // Without the engine there is one picture, that of the values at the start.
    picture.hidden = !answer.svg && values.join("\0") !== start;
    text.replaceChildren(...said(answer.text));
    details.hidden = !answer.text;
  };
  for (const button of figure.querySelectorAll("[data-values]")) {
    button.onclick = () => { button.dataset.values.split("\n").forEach((value, i) => { fields[i].value = value; }); return typed(); };
  }
  const caption = figure.querySelector("figcaption");
  caption.append(copier(["Copy link", "复制链接"], () => address([[command, state()]], figure.id).href),
    copier(["Copy command", "复制命令"], () => caption.querySelector(".command").textContent));
  form.hidden = text.hidden = false;
  form.onsubmit = event => event.preventDefault();
  form.oninput = typed;
  return update();
}

// The language: the page was written with both, and the address can ask for one. (What is read aloud only is set here.)
const LABELS = { nav: ["Sections", "目录"], ".anchor": ["Link to this section", "本节的链接"], ".group": ["Cells of the result; arrow keys step", "结果的元素，用方向键移动"],
  ".picture[role]": ["Cells of the view and of memory; arrow keys step", "视图与内存的元素，用方向键移动"] };
const own = ([en, zh]) => (root.lang === "zh" ? zh : en);
const language = document.getElementById("language");
function name() {
  for (const [where, texts] of Object.entries(LABELS)) {
    for (const element of document.querySelectorAll(where)) element.ariaLabel = own(texts);
  }
  // (Of several, a picture has the first title.)
  for (const named of document.querySelectorAll(`svg > title[lang=${root.lang}]`)) named.parentNode.prepend(named);
  document.title = document.querySelector(`h1 [lang=${root.lang}]`).textContent;
  [language.lang, language.textContent] = own([["zh", "中文"], ["en", "English"]]);
}
language.onclick = () => {
  root.lang = language.lang;
  const address = new URL(location);
  address.searchParams.set("lang", root.lang);
  history.replaceState(null, "", address);
  name();
};
name();

for (const table of document.querySelectorAll(".snippets")) {
  ["numpy", "rust"].forEach((name, column) => table.querySelectorAll("th")[column].append(
    copier(["Copy", "复制"], () => [...table.querySelectorAll(`.${name}`)].map(cell => cell.textContent).join("\n"))));
}

// Pictures of several parts.
for (const picture of document.querySelectorAll("figure:not(.panel) > .picture")) {
  if (!picture.querySelector("[data-part]")) continue;
  const place = make("div", { className: "steps" });
  picture.before(place);
  let step = () => {};
  const go = inspect(place, picture, "0", part => step(Number(part)));
  if (picture.querySelector("[data-turns]")) step = walk(place, picture, go);
}
addEventListener("beforeprint", () => document.querySelectorAll("figure:not(.panel) > .picture > svg").forEach(svg => svg.after(...(svg.paper?.() ?? []))));
addEventListener("afterprint", () => document.querySelectorAll(".paper").forEach(svg => svg.remove()));

// What does the reader expect? The choices become buttons, and say which it is, and why.
for (const guess of document.querySelectorAll(".guess")) {
  guess.dataset.done = "no";
  for (const [i, choice] of guess.querySelectorAll("li").entries()) {
    const button = make("button", { type: "button" }, ...choice.childNodes);
    choice.append(button);
    button.onclick = () => {
      for (const [k, other] of guess.querySelectorAll("li").entries()) other.className = k === Number(guess.dataset.right) ? "right" : k === i ? "wrong" : "";
      guess.querySelector("b").replaceChildren(...(i === Number(guess.dataset.right) ? both("span", "Yes.", "对。")
        : both("span", "No, it is the one that is marked.", "不是，是标出的那个。")));
      guess.dataset.done = "yes";
    };
  }
}

let moved = false;
for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(type, () => { moved = true; }, { once: true, passive: true });

(async () => {
  const explain = await load();
  if (explain) await Promise.all([...document.querySelectorAll(".panel")].map(figure => panel(figure, explain)));
  // Panels have grown above what the address names. (Who has begun to read elsewhere stays there.)
  if (!moved) document.getElementById(location.hash.slice(1))?.scrollIntoView({ behavior: "instant" });
  document.documentElement.dataset.ready = "true";
})();
