// A network in WebAssembly, in a web page or in node:
//   const network = await load("wasm.wasm");               // an address, or the bytes of the file
//   network.predict([1.0, 0.5]);                           // outputs of each row, one row after another
export async function load(source) {
  const isBytes = source instanceof ArrayBuffer || ArrayBuffer.isView(source);
  const { instance } = await WebAssembly.instantiate(isBytes ? source : await (await fetch(source)).arrayBuffer());
  const wasm = instance.exports;
  const Floats = wasm.bytes() === 4 ? Float32Array : Float64Array;
  const [inputs, outputs, block, place] = [wasm.inputs(), wasm.outputs(), wasm.rows(), wasm.place()];
  if (!inputs || !place) {
    const why = wasm.error?.();
    const text = new Uint8Array(wasm.memory.buffer, why ?? 0);
    const said = why && new TextDecoder().decode(text.subarray(0, text.indexOf(0)));
    throw new Error(said || "the module has no network of known width, or there is no memory for it");
  }
  return {
    inputs,
    outputs,
    predict(x) {
      const rows = x.length / inputs;
      if (!Number.isInteger(rows)) throw new RangeError(`${x.length} numbers are not rows of ${inputs}`);
      const y = new Floats(rows * outputs);
      for (let from = 0; from < rows; from += block) {
        const count = Math.min(block, rows - from);
        const part = (x.subarray ?? x.slice).call(x, from * inputs, (from + count) * inputs);
        // (A new view each time: memory that grows is another buffer.)
        new Floats(wasm.memory.buffer, place, part.length).set(part);
        const at = wasm.predict(count);
        if (at === 0) throw new Error("the network did not run");
        y.set(new Floats(wasm.memory.buffer, at, count * outputs), from * outputs);
      }
      return y;
    },
  };
}
