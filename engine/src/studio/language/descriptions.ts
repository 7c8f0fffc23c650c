import type { CompiledTransform } from '../../transforms/compile.ts';
import { describeTransform, type TransformDescription } from '../../transforms/describe.ts';

/** Transforms of which it is remembered what they declare: those of a few pipelines, as they are and as they were a moment ago. */
const MAX_KEPT = 16;

/**
 * What transforms declare, by their compiled code: to ask one takes a thread, and an editor checks a pipeline at each pause in typing,
 * most often in another file. Equal code is asked once, whoever asks at the same time included. A failure is not kept: what the code
 * looked for when it was loaded may be there the next time.
 */
export class Descriptions {
  readonly #kept = new Map<string, Promise<TransformDescription>>();

  /** As `describeTransform`. */
  of(compiled: CompiledTransform): Promise<TransformDescription> {
    const key = `${compiled.hash}:${compiled.file}`;
    const description = this.#kept.get(key) ?? this.#ask(key, compiled);
    this.#kept.delete(key);
    this.#kept.set(key, description); // the last is the one that was asked for last
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > MAX_KEPT) this.#kept.delete(oldest);
    return description;
  }

  async #ask(key: string, compiled: CompiledTransform): Promise<TransformDescription> {
    try {
      return await describeTransform(compiled);
    } catch (thrown) {
      this.#kept.delete(key);
      throw thrown;
    }
  }
}
