// Whether a module's outputs are the right ones: of the chapter's input; or of images (idx of bytes), for each the very
// bits of OUTPUTS (npy of float32, from `nptensor predict` at NPTENSOR_LEVEL=plain). Returns what was found, as text.
import { load } from "./network.mjs";

const throws = (call) => {
  try {
    call();
    return false;
  } catch (error) {
    return error instanceof RangeError;
  }
};

export async function check(wasm, images, outputs) {
  const network = await load(wasm);
  if (!throws(() => network.predict(new Float32Array(network.inputs + 1)))) throw new Error("part of a row ran");
  if (network.predict([]).length !== 0) throw new Error("outputs of no row");
  if (!images) {
    // Blocks, and a part of one.
    const y = network.predict(new Array(1000).fill([1.0, 0.5]).flat());
    const texts = Array.from(y, (value) => value.toFixed(8));
    if (y.length !== 2000) throw new Error(`${y.length} outputs`);
    texts.forEach((text, i) => {
      if (text !== ["0.31682708", "0.69627909"][i % 2]) throw new Error(`${text} at ${i}`);
    });
    return texts.slice(0, 2).join(" ");
  }
  const rows = Float32Array.from(images.subarray(16), (pixel) => Math.fround(pixel) / 255);
  const end = outputs.buffer.slice(-4 * network.outputs * (rows.length / network.inputs));
  const wanted = new Uint32Array(end);
  const start = performance.now();
  const y = network.predict(rows);
  const time = performance.now() - start;
  const bits = new Uint32Array(y.buffer);
  if (bits.length !== wanted.length) throw new Error(`${bits.length} outputs, not ${wanted.length}`);
  bits.forEach((bits, i) => {
    if (bits !== wanted[i]) throw new Error(`output ${i}: ${y[i]}, not ${new Float32Array(end)[i]}`);
  });
  // One row alone has the bits of a row among others.
  const one = network.predict(rows.subarray(0, network.inputs));
  if (!one.every((value, i) => Object.is(value, y[i]))) throw new Error("a row alone differs");
  const count = bits.length / network.outputs;
  return `${count} rows, all bits right, ${((1000 * time) / count).toFixed(1)} us a row`;
}
