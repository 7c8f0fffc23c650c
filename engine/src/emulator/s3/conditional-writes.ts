/** One conditional write between its arrival and its commit. */
export interface ConditionalWrite {
  readonly key: string;
  /** Set when a delete of the key succeeded meanwhile: S3 then answers 409 and leaves the decision to the client. */
  conflicted: boolean;
}

/** The conditional writes under way in a bucket, by key. */
export class ConditionalWrites {
  readonly #underWay = new Map<string, Set<ConditionalWrite>>();

  /** Announces a write; the caller ends it whatever becomes of it. */
  begin(key: string): ConditionalWrite {
    const write = { key, conflicted: false };
    const others = this.#underWay.get(key);
    if (others) others.add(write);
    else this.#underWay.set(key, new Set([write]));
    return write;
  }

  end(write: ConditionalWrite): void {
    const writes = this.#underWay.get(write.key);
    writes?.delete(write);
    if (writes?.size === 0) this.#underWay.delete(write.key);
  }

  /** Called by a delete that removed an object. */
  conflict(key: string): void {
    for (const write of this.#underWay.get(key) ?? []) write.conflicted = true;
  }
}
