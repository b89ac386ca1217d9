/** Keeps the last `limit` bytes of what is written to it. */
export class OutputTail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #kept = 0;
  #truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  write(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    // Cut once twice the limit has gathered: each byte is then copied at most once more.
    if (this.#kept > 2 * this.#limit) this.#cut();
  }

  /** Bytes that are no UTF-8, a cut character among them, become U+FFFD. */
  read(): { output: string; truncated: boolean } {
    this.#cut();
    return { output: Buffer.concat(this.#chunks).toString('utf8'), truncated: this.#truncated };
  }

  #cut(): void {
    if (this.#kept <= this.#limit) return;
    // A copy, not a view: a view would keep all that was cut.
    this.#chunks = [Buffer.from(Buffer.concat(this.#chunks).subarray(-this.#limit))];
    this.#kept = this.#limit;
    this.#truncated = true;
  }
}
