// What a cell has done: its samples and spikes, as many as can be shown.

const KEPT = 1 << 16;

/** Samples (time, state, current) and spikes since the start; of the samples at least the last 65536 are kept. */
export class History {
  constructor(variables) {
    this.time = new Float64Array(2 * KEPT);
    this.state = Array.from({ length: variables }, () => new Float64Array(2 * KEPT));
    this.current = new Float64Array(2 * KEPT);
    this.clear();
  }

  clear() {
    this.length = 0;
    this.spikes = [];
    this.count = 0;
  }

  /** Add what Cell.advance returned. */
  push(out) {
    for (let k = 0; k < out.time.length; k += 1) {
      if (this.length === 2 * KEPT) this.#forget();
      const n = this.length;
      this.time[n] = out.time[k];
      for (let r = 0; r < this.state.length; r += 1) this.state[r][n] = out.state[r][k];
      this.current[n] = out.current[k];
      this.length = n + 1;
    }
    this.count += out.spikes.length;
    this.spikes.push(...out.spikes);
    if (this.spikes.length > 20_000) this.spikes.splice(0, 10_000);
  }

  #forget() {
    for (const row of [this.time, ...this.state, this.current]) row.copyWithin(0, KEPT);
    this.length = KEPT;
  }

  /** The number of the first sample at or after a time. */
  from(t) {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time[middle] < t) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Spikes between two times. */
  between(from, to) {
    return this.spikes.filter((t) => t > from && t <= to);
  }

  /** Smallest and largest of a row from a time on. */
  range(row, from, to = Infinity) {
    let [low, high] = [Infinity, -Infinity];
    for (let k = this.from(from); k < this.length && this.time[k] <= to; k += 1) {
      if (row[k] < low) low = row[k];
      if (row[k] > high) high = row[k];
    }
    return [low, high];
  }
}
