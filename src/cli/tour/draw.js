// A digit that the reader draws, and what the network makes of it meanwhile.
//
//   canvas 280x280  -->  28x28 numbers, as MNIST's  -->  dense, sigmoid, ... in float32  -->  the outputs
//
// The network stands in the page as base64: for each dense layer its weights in C order, then its bias. What comes out is what `nptensor predict` prints for the same
// numbers, to the last bit: sums in the engine's order, its exp, and one rounding for x * y + z where the machine that wrote the page had that.
{
  const { fround } = Math, SIDE = 28, BOX = 20;

  /** x * y + z. The product is exact; its sum with z is rounded to 53 bits, and if that is half way between two floats, what was lost decides. */
  const mulAdd = document.body.dataset.fused === "true" ? (x, y, z) => {
    const product = x * y, sum = product + z, near = fround(sum), rest = sum - near, far = near + 2 * rest;
    if (rest === 0 || far !== fround(far)) return near;
    const back = sum - product, lost = product - (sum - back) + (z - back);
    return Math.sign(lost) === Math.sign(rest) ? far : near;
  } : (x, y, z) => fround(fround(x * y) + z);

  // (The numbers, and the order of the steps, are those of src/kernel/math/exp.rs and sigmoid.rs.)
  const MAGIC = 1.5 * 2 ** 23, LN2 = [6.9314575e-1, 1.4286068e-6].map(fround), C = [.5, 1.6666542e-1, 4.166674e-2, 8.366693e-3, 1.3908935e-3].map(fround);
  const exp = at => {
    const x = Math.max(-104, at), n = mulAdd(x, fround(Math.LOG2E), MAGIC) - MAGIC, hi = mulAdd(n, -LN2[0], x), tail = fround(n * -LN2[1]);
    const r = fround(hi + tail), square = fround(r * r), odd = mulAdd(C[3], square, C[1]);
    const even = mulAdd(mulAdd(C[4], square, C[2]), square, C[0]), lo = mulAdd(square, mulAdd(odd, r, even), tail);
    return fround(fround(1 + fround(hi + lo)) * 2 ** n);
  };
  const ACTIVATIONS = {
    identity: x => x,
    relu: x => x.map(x => Math.max(0, x)),
    sigmoid: x => x.map(x => {
      const e = exp(-Math.abs(x)), s = x < 0 ? e : 1;
      return mulAdd(-s, fround(e / fround(1 + e)), s);
    }),
    softmax: x => {
      const max = Math.max(...x), powers = x.map(x => exp(fround(x - max))), sums = new Float32Array(16);
      sums.set(powers);
      for (let half = 8; half >= 1; half /= 2) for (let lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
      return powers.map(power => power / sums[0]);
    },
  };

  const source = document.getElementById("network");
  const numbers = new Float32Array(Uint8Array.from(atob(source.textContent), c => c.charCodeAt(0)).buffer);
  let place = 0;
  const take = count => numbers.subarray(place, (place += count));
  const layers = source.dataset.layers.split(",").map(layer => layer.split(" ")).map(([width, ...names], i, all) => ({ w: i && take(all[i - 1][0] * width), b: i && take(Number(width)), names })).slice(1);
  const forward = x => layers.reduce((x, { w, b, names }) => {
    const dense = b.map((bias, j) => x.reduce((sum, value, k) => mulAdd(value, w[k * b.length + j], sum), 0) + bias);
    return names.reduce((x, name) => ACTIVATIONS[name](x), dense);
  }, x);

  /** As MNIST's were made: the longer side of what is drawn becomes 20 pixels, its centre of mass the middle of 28x28. A pixel is the mean of 8x8 points. */
  function shrink({ data, width }) {
    const ink = (x, y) => data[4 * (y * width + x) + 3], { min, max, floor } = Math;
    let [left, right, top, bottom, mass, massX, massY] = [width, 0, width, 0, 0, 0, 0];
    for (let y = 0; y < width; y++) for (let x = 0; x < width; x++) {
      const value = ink(x, y);
      if (!value) continue;
      [left, right, top, bottom] = [min(left, x), max(right, x + 1), min(top, y), max(bottom, y + 1)];
      [mass, massX, massY] = [mass + value, massX + value * (x + .5), massY + value * (y + .5)];
    }
    const step = max(right - left, bottom - top) / BOX, at = (middle, point) => floor(middle / mass + ((point + .5) / 8 - SIDE / 2) * step);
    return Uint8Array.from({ length: SIDE * SIDE }, (_, pixel) => {
      let sum = 0;
      for (let point = 0; point < 64; point++) {
        const x = at(massX, 8 * (pixel % SIDE) + point % 8), y = at(massY, 8 * floor(pixel / SIDE) + floor(point / 8));
        if (x >= 0 && x < width && y >= 0 && y < width) sum += ink(x, y);
      }
      return Math.round(sum / 64);
    });
  }

  const figure = document.getElementById("draw"), [canvas, small] = figure.querySelectorAll("canvas"), size = canvas.width;
  const [pen, view] = [canvas, small].map(canvas => canvas.getContext("2d", { willReadFrequently: true }));
  const says = figure.querySelector(".says"), rows = [...figure.querySelectorAll("tbody tr")];
  Object.assign(pen, { lineWidth: 24, lineCap: "round", lineJoin: "round" });

  function read() {
    const digit = shrink(pen.getImageData(0, 0, size, size));
    view.putImageData(new ImageData(Uint8ClampedArray.from({ length: 4 * digit.length }, (_, i) => (i % 4 === 3 ? digit[i >> 2] : 0)), SIDE), 0, 0);
    const blank = !digit.some(Boolean), y = forward(Float32Array.from(digit, pixel => pixel / 255)), best = y.indexOf(Math.max(...y));
    rows.forEach((row, i) => {
      const [dot, value] = row.querySelectorAll("span, td:last-child");
      row.className = i === best && !blank ? "best" : "";
      dot.style.setProperty("--output", blank ? 0 : Math.min(Math.max(y[i], 0), 1));
      [value.textContent, value.title] = blank ? ["–", ""] : [y[i].toFixed(4), y[i]];
    });
    says.replaceChildren(...blank ? both("span", "Draw a digit.", "请写一个数字。") : both("span", `The network takes it for ${best}.`, `网络认为它是 ${best}。`));
  }

  let from = null;
  const line = event => {
    const scale = size / canvas.clientWidth, to = [event.offsetX * scale, event.offsetY * scale];
    pen.beginPath();
    // (A line of no length would not be drawn.)
    pen.moveTo(...(from ?? [to[0] - .1, to[1]]));
    pen.lineTo(...to);
    pen.stroke();
    from = to;
    read();
  };
  canvas.onpointerdown = event => { if (event.isPrimary && event.button === 0) { canvas.setPointerCapture(event.pointerId); line(event); } };
  canvas.onpointermove = event => from && event.isPrimary && line(event);
  canvas.onlostpointercapture = () => (from = null);
  figure.querySelector("button").onclick = () => { pen.clearRect(0, 0, size, size); read(); };
  LABELS["#draw .digit"] = ["Draw a digit here", "在这里写一个数字"];
  name();
  figure.hidden = false;
  read();
}
