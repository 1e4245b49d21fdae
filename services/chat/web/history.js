// The messages of one conversation as far as they are here: in order, each once, without gaps.

export class History {
  #messages = [];
  #ids = new Set();
  #nextToken = null;
  isLoaded = false;

  get messages() {
    return this.#messages;
  }

  get lastSeq() {
    return this.#messages.at(-1)?.seq ?? 0;
  }

  get hasEarlier() {
    return this.#nextToken !== null;
  }

  /** Adds messages from anywhere; false when all of them were here before. */
  add(messages) {
    const fresh = messages.filter(({ messageId }) => !this.#ids.has(messageId));
    for (const { messageId } of fresh) this.#ids.add(messageId);
    const isNext = fresh.every((message, index) => message.seq > (fresh[index - 1]?.seq ?? this.lastSeq));
    this.#messages.push(...fresh);
    if (!isNext) this.#messages.sort((one, other) => one.seq - other.seq);
    return fresh.length > 0;
  }

  /** Reads the newest page, and on until it meets what is here already. `read(nextToken)` answers one page. */
  async catchUp(read) {
    const known = this.lastSeq;
    let page = await read(null);
    const found = [...page.messages];
    while (this.isLoaded && page.nextToken && found.at(-1).seq > known + 1) {
      page = await read(page.nextToken);
      found.push(...page.messages);
    }
    if (!this.isLoaded) this.#nextToken = page.nextToken ?? null;
    this.isLoaded = true;
    this.add(found);
  }

  /** Reads one page of what was before. */
  async readEarlier(read) {
    const page = await read(this.#nextToken);
    this.#nextToken = page.nextToken ?? null;
    this.add(page.messages);
  }
}
