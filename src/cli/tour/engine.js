// The engine in the page: a wasm module without imports, whose memory the page writes words to and reads explanations from. The other side: src/capi/page.rs.

/** A running module. */
class Engine {
  static async load(base64) {
    const engine = new Engine(), bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
    // (A gzip file, by its first byte.)
    const unpacked = () => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
    engine.module = await WebAssembly.compile(bytes[0] === 0x1f ? await unpacked() : bytes);
    await engine.start();
    return engine;
  }

  async start() {
    this.exports = (await WebAssembly.instantiate(this.module)).exports;
  }

  /** The explanation that these words ask for: { text, svg, json } or { error }, text and error in each language. */
  async explain(words, columns) {
    const question = new TextEncoder().encode(words.join("\0"));
    const { memory, np_alloc, np_explain, np_free } = this.exports;
    try {
      const place = np_alloc(question.length);
      new Uint8Array(memory.buffer, place, question.length).set(question);
      const answer = np_explain(place, question.length, columns);
      np_free(place, question.length);
      const length = new Uint8Array(memory.buffer).indexOf(0, answer) - answer;
      const text = new TextDecoder().decode(new Uint8Array(memory.buffer, answer, length));
      np_free(answer, length + 1);
      return readJson(text);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
      // Its memory may hold anything now: another begins anew.
      await this.start();
      return { error: ["the engine stopped at this input, and was started again", "引擎在这个输入上停了下来，已经重新启动"] };
    }
  }
}

/** JSON whose integers may be too large for a number here: those stay text. (What is text already, is passed over.) */
const readJson = text => JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g,
  word => (/^-?\d{16,}$/.test(word) ? `"${word}"` : word)));

/** What the steps need of an answer; nothing where there are too many cells to step through. */
const FROM_ENGINE = {
  dot({ dtype, order, a, b, out, cells, complete, error }) {
    const float = dtype.startsWith("float"), tensor = t => ({ shape: t.shape, values: t.data, float });
    const steps = out?.data && complete && order !== "product";
    return { a: tensor(a), b: tensor(b), out: steps ? tensor(out) : null, cells, error };
  },

  broadcast({ dtype, a, b, shape, cells, error }) {
    const reads = [0, 1].map(side => cells?.map(cell => cell.places[side])), values = dtype && cells?.map(cell => cell.values);
    return { a: a.shape, b: b.shape, out: cells && shape, reads, values, float: dtype?.startsWith("float"), error };
  },
};

/** What answers the panels: text, picture and the model of their steps. Nothing where the browser cannot run the engine, and that is said. */
async function load() {
  const engine = await Engine.load(document.getElementById("engine").textContent).catch(({ message }) => {
    const says = both("p", `The engine does not run in this browser (${message}): all is here to be read, and nothing can be changed. Chrome 92, Firefox 113, Safari 16.4 and later can run it.`,
      `引擎无法在这个浏览器里运行（${message}）：内容都可以阅读，但不能改动。Chrome 92、Firefox 113、Safari 16.4 及更新的版本可以运行。`);
    document.querySelector("header").append(...says.map(p => Object.assign(p, { className: "error" })));
  });
  return engine && (async (command, values, columns) => {
    const answer = await engine.explain([command, ...values], columns);
    return { ...answer, model: answer.json && FROM_ENGINE[command]?.(answer.json) };
  });
}
