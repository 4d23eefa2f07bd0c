// Where the engine is not in the page: what the steps through dot and broadcasting need to know, computed here for small operands, in the engine's order of sums.
//
//   dot("[[1, 2]]", "[[3], [4]]")    { a, b, out, cells: [{ index, row, column, products, running, lanes, joins }], error }
//   broadcast("[[0], [10]]", "(4,)") { a, b, out, strides, reads, values, float, error }: for each cell [a, b, a + b]
//
// A tensor is { shape, values, float }: values in C order. Errors are NumPy's texts.

const LANES = 32; // of a sum with a vector
const MOST = { axes: 4, size: 12, cells: 144, number: 1e6 };

/** A shape: sizes between commas, in brackets or without. */
function readShape(text) {
  const found = /^(?:\(([\d\s,]*)\)|\[([\d\s,]*)\]|([\d\s,]+))$/.exec(text.trim());
  const sizes = (found?.[1] ?? found?.[2] ?? found?.[3] ?? "?").trim().replace(/,$/, "");
  const shape = sizes === "" && !text.includes(",") ? [] : sizes.split(",").map(size => (/^\s*\d+\s*$/.test(size) ? Number(size) : NaN));
  if (shape.some(Number.isNaN)) throw refused(`not a shape: "${text}"; a shape is like (3,1), (4,) or ()`, `不是形状："${text}"；形状的写法如 (3,1)、(4,) 或 ()`);
  if (shape.length > MOST.axes || shape.some(size => size > MOST.size) || product(shape) > MOST.cells) {
    throw refused(`too large to step through here: at most ${MOST.axes} axes of ${MOST.size}, ${MOST.cells} cells`,
      `太大，这里无法逐个查看：至多 ${MOST.axes} 个轴，每个长 ${MOST.size}，共 ${MOST.cells} 个元素`);
  }
  return shape;
}

/** Values, a number, or a shape, which counts from 0: as the command takes them. */
function readOperand(text, least, most) {
  const counts = text.trim().startsWith("(") || (text.includes(",") && !text.includes("["));
  if (!counts) return readTensor(text, least, most);
  const shape = readShape(text);
  fit(shape, least, most);
  return { shape, values: Array.from({ length: product(shape) }, (_, place) => place), float: false, counts };
}

/** An error unless there are from `least` to `most` axes, and something on each of them where some are wanted. */
function fit(shape, least, most) {
  if (shape.length <= most && shape.length >= least && !shape.some(size => size > MOST.size || (size === 0 && least > 0))) return;
  const kinds = least ? ["vectors and matrices of", "向量和矩阵"] : [`up to ${most} axes of`, `至多 ${most} 个轴的数组`];
  throw refused(`this page steps through ${kinds[0]} 1 to ${MOST.size} numbers; "nptensor explain" takes any`,
    `这个网页可以逐个查看${kinds[1]}，每个轴 1 到 ${MOST.size} 个数；"nptensor explain" 没有这个限制`);
}

/** A number or nested lists of numbers, as Python writes them, from `least` to `most` deep. */
function readTensor(text, least, most) {
  let list;
  try {
    // (JSON wants a digit on both sides of a point, no plus, and no zeros before other digits.)
    const strict = text.replace(/(^|[[,\s])\+(?=[\d.])/g, "$1").replace(/(^|[[,\s-])0+(?=\d)/g, "$1").replace(/(^|[^\d.])(\.\d)/g, "$10$2").replace(/(\d\.)(?!\d)/g, "$10").replace(/,(\s*\])/g, "$1");
    list = JSON.parse(strict);
  } catch {
    throw refused(`not a list of numbers: "${text}"; a matrix is like [[1, 2], [3, 4]]`, `不是数的列表："${text}"；矩阵的写法如 [[1, 2], [3, 4]]`);
  }
  const shape = [], sizes = lists => lists.map(item => (Array.isArray(item) ? item.length : -1));
  let level = [list];
  for (;;) {
    const found = new Set(sizes(level));
    if (found.size > 1) {
      throw Error("setting an array element with a sequence. The requested array has an inhomogeneous shape after "
        + `${shape.length} dimensions. The detected shape was ${tuple(shape).replace(/,(?=\d)/g, ", ")} + inhomogeneous part.`);
    }
    const [size] = found;
    if (size === undefined || size === -1) break;
    shape.push(size);
    level = level.flat();
  }
  const float = /[.e]/i.test(text) || level.length === 0;
  if (!level.every(x => typeof x === "number")) throw refused(`not a list of numbers: "${text}"`, `不是数的列表："${text}"`);
  fit(shape, least, most);
  if (level.some(x => Math.abs(x) > MOST.number || (x !== 0 && Math.abs(x) < 1 / MOST.number))) {
    throw refused(`numbers here lie between ${1 / MOST.number} and ${MOST.number}; "nptensor explain" takes any`,
      `这里的数在 ${1 / MOST.number} 与 ${MOST.number} 之间；"nptensor explain" 没有这个限制`);
  }
  return { shape, values: level, float };
}

/** x * y + z with one rounding, as the engine's machine has it: exactly, as integers times a power of two. */
function fused(x, y, z) {
  if (x * y === 0 || z === 0) return x * y + z;
  const bits = new DataView(new ArrayBuffer(8));
  const parts = value => {
    bits.setFloat64(0, value);
    const raw = bits.getBigUint64(0), power = Number((raw >> 52n) & 2047n);
    const digits = (raw & ((1n << 52n) - 1n)) | (power ? 1n << 52n : 0n);
    return [raw >> 63n ? -digits : digits, (power || 1) - 1075];
  };
  const [[a, p], [b, q], [c, r]] = [x, y, z].map(parts), least = Math.min(p + q, r);
  const sum = ((a * b) << BigInt(p + q - least)) + (c << BigInt(r - least));
  return Number(sum) * 2 ** least;
}

/** The product of two vectors or matrices, every cell term by term. */
function dot(textA, textB, isFused) {
  const [a, b] = [textA, textB].map(text => readOperand(text, 1, 2)), float = a.float || b.float;
  [a.float, b.float] = [float, float];
  const [axisA, axisB] = [a.shape.length - 1, Math.max(b.shape.length - 2, 0)], length = a.shape[axisA];
  if (length !== b.shape[axisB]) {
    const error = `shapes ${tuple(a.shape)} and ${tuple(b.shape)} not aligned: ${length} (dim ${axisA}) != ${b.shape[axisB]} (dim ${axisB})`;
    return { a, b, error };
  }
  const vector = b.shape.length === 1, columns = vector ? 1 : b.shape[1];
  const shape = [...a.shape.slice(0, -1), ...b.shape.slice(1)];
  const cells = Array.from({ length: product(shape) }, (_, place) => {
    const [i, j] = [Math.floor(place / columns), place % columns];
    const row = a.values.slice(i * length, (i + 1) * length);
    const column = row.map((_, k) => b.values[k * columns + j]);
    const summed = sums => row.map((x, k) => {
      const sum = sums[k % sums.length], y = column[k];
      return (sums[k % sums.length] = float && isFused ? fused(x, y, sum) : x * y + sum);
    });
    const running = summed([0]), sums = Array(vector ? LANES : 0).fill(0), lanes = vector ? summed(sums) : [];
    const joins = [];
    for (let lanes = sums; lanes.length > 1; joins.push(lanes)) {
      const half = lanes.length / 2;
      lanes = lanes.slice(0, half).map((sum, lane) => sum + lanes[lane + half]);
    }
    return { index: indexOf(place, shape), row, column, products: row.map((x, k) => x * column[k]), running, lanes, joins };
  });
  return { a, b, out: { shape, float, values: cells.map(lastSum) }, cells, error: null };
}

/** Two operands aligned on the right: what the result reads, and the sums where there are values. */
function broadcast(textA, textB) {
  const operands = [textA, textB].map(text => readOperand(text, 0, MOST.axes)), [a, b] = operands.map(({ shape }) => shape), ndim = Math.max(a.length, b.length);
  const [left, right] = [a, b].map(shape => [...Array(ndim - shape.length).fill(1), ...shape]);
  if (left.some((size, axis) => size !== right[axis] && size !== 1 && right[axis] !== 1)) {
    return { a, b, error: `operands could not be broadcast together with shapes ${tuple(a)} ${tuple(b)} ` };
  }
  const out = left.map((size, axis) => (size === 1 ? right[axis] : size));
  if (product(out) > MOST.cells) throw refused(`too large to step through here: at most ${MOST.cells} cells`, `太大，这里无法逐个查看：至多 ${MOST.cells} 个元素`);
  const strides = [a, b].map(shape => {
    const own = stridesOf(shape), missing = ndim - shape.length;
    return out.map((size, axis) => (axis < missing || (shape[axis - missing] === 1 && size !== 1) ? 0 : own[axis - missing]));
  });
  const reads = strides.map(steps => Array.from({ length: product(out) }, (_, place) => placeOf(indexOf(place, out), steps)));
  const sum = place => {
    const [x, y] = operands.map(({ values }, i) => values[reads[i][place]]);
    return [x, y, x + y];
  };
  const values = operands.every(({ counts }) => counts) ? null : reads[0].map((_, place) => sum(place));
  return { a, b, out, strides, reads, values, float: operands.some(({ float }) => float), error: null };
}

/** A picture that was written with the page. */
function drawn(first, values) {
  const plain = text => text.replace(/\s/g, "");
  const found = [...document.querySelectorAll("#layout [data-values]")].find(({ dataset }) => plain(dataset.values) === plain(values.join("")));
  if (!found) throw refused("this page has the pictures of its examples alone; the command below draws any", "这个网页只有各个例子的图；下面的命令可以画任何图");
  return found.nextElementSibling?.matches("template") ? found.nextElementSibling.innerHTML : first;
}

/** What answers the panels: the model of their steps, or a picture. */
async function load() {
  const isFused = document.body.dataset.fused === "true";
  const first = document.querySelector("#layout .picture").innerHTML;
  return (command, values) => (command === "layout" ? { svg: drawn(first, values) } : { model: command === "dot" ? dot(...values, isFused) : broadcast(...values) });
}
