// The messages of one conversation as far as they are here: in order, each once.

export class History {
  #messages = [];
  #ids = new Set();
  #nextToken = null;
  #lastSeq = 0;
  isLoaded = false;

  get messages() {
    return this.#messages;
  }

  /** Nothing is missing up to here. What is pushed may be ahead of it. */
  get lastSeq() {
    return this.#lastSeq;
  }

  get hasGap() {
    return this.isLoaded && (this.#messages.at(-1)?.seq ?? 0) > this.#lastSeq;
  }

  get hasEarlier() {
    return this.#nextToken !== null;
  }

  /** Adds messages from anywhere; false when all of them were here before. */
  add(messages) {
    const fresh = messages.filter(({ messageId }) => !this.#ids.has(messageId));
    this.#replace([...this.#messages, ...fresh]);
    return fresh.length > 0;
  }

  /** Reads the newest page, and on until it meets what is here already. `read(nextToken)` answers one page. */
  async catchUp(read) {
    do {
      await this.#readNewest(read);
      // Again when something was pushed meanwhile that is ahead of what was read.
    } while (this.hasGap);
  }

  /** Reads one page of what was before. */
  async readEarlier(read) {
    const page = await read(this.#nextToken);
    this.#nextToken = page.nextToken ?? null;
    this.add(page.messages);
  }

  async #readNewest(read) {
    // What was pushed before is stored before: no page can be without it.
    const pushed = this.#messages.at(-1)?.seq ?? 0;
    let page = await read(null);
    const found = [...page.messages];
    while (this.isLoaded && page.nextToken && found.at(-1).seq > this.#lastSeq + 1) {
      page = await read(page.nextToken);
      found.push(...page.messages);
    }
    if (!this.isLoaded) this.#begin(found, page.nextToken ?? null);
    this.#lastSeq = Math.max(this.#lastSeq, pushed, found[0]?.seq ?? 0);
    this.add(found);
  }

  /** With the newest page: what was pushed before it began would leave a gap. */
  #begin(found, nextToken) {
    this.isLoaded = true;
    this.#nextToken = nextToken;
    const oldest = found.at(-1)?.seq ?? 0;
    this.#replace(this.#messages.filter(({ seq }) => seq >= oldest));
  }

  #replace(messages) {
    this.#messages = messages.sort((one, other) => one.seq - other.seq);
    this.#ids = new Set(messages.map(({ messageId }) => messageId));
    for (const { seq } of this.#messages) if (seq === this.#lastSeq + 1) this.#lastSeq = seq;
  }
}
