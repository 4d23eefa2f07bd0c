/** A network whose weights are in a WebAssembly module. */
export interface Network {
  /** Numbers in a row. */
  readonly inputs: number;
  /** Outputs for a row. */
  readonly outputs: number;
  /**
   * The outputs of rows of numbers, one row after another: Float32Array for a model, Float64Array for the chapter's
   * network. Throws a RangeError where the numbers are not whole rows.
   */
  predict(rows: number[] | Float32Array | Float64Array): Float32Array | Float64Array;
}

/** Loads a module from its address, or from its bytes. Throws an Error that says why where there is no network in it. */
export function load(source: string | URL | Request | ArrayBuffer | ArrayBufferView): Promise<Network>;
