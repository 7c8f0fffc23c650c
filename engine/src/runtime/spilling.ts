import { freeBuffer } from '../core/free-buffer.ts';
import { totalBytes } from '../core/total-bytes.ts';
import { type OpenFile, type OpenFiles, partsInMemory } from './open-files.ts';
import type { Spool } from './spool.ts';

/** Moves sealed row groups from memory to the spool, those of the largest files first. */
export class Spilling {
  readonly #spool: Spool;
  readonly #files: OpenFiles;
  readonly #limitBytes: number;
  #running: Promise<void> | undefined;
  #bytes = 0;

  /** `limitBytes` of open files may stay in memory. */
  constructor(spool: Spool, files: OpenFiles, limitBytes: number) {
    this.#spool = spool;
    this.#files = files;
    this.#limitBytes = limitBytes;
  }

  /** Bytes on their way: in memory still, and no longer counted among those of their file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Room is being made. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Starts to make room where open files hold more than they may. */
  tick(): void {
    this.#spool.beat();
    if (this.#running || this.#files.heldBytes <= this.#limitBytes) return;
    this.#running = this.#relieve().finally(() => {
      this.#running = undefined;
    });
  }

  async drain(): Promise<void> {
    await this.#running;
  }

  async #relieve(): Promise<void> {
    while (this.#files.heldBytes > this.#limitBytes / 2) {
      const largest = this.#largest();
      if (!largest || !(await this.#spill(largest))) return;
    }
  }

  /** Of the files that have row groups in memory. */
  #largest(): OpenFile | undefined {
    let largest: OpenFile | undefined;
    for (const file of this.#files.values()) {
      const isLarger = file.heldBytes > (largest?.heldBytes ?? 0);
      if (isLarger && file.segments.some((group) => partsInMemory(group).length > 0)) largest = file;
    }
    return largest;
  }

  /** False if the spool takes no more. */
  async #spill(file: OpenFile): Promise<boolean> {
    const groups = file.segments.filter((group) => partsInMemory(group).length > 0);
    const held = groups.map(partsInMemory);
    const bytes = totalBytes(held.flat());
    this.#files.hold(file, -bytes);
    this.#bytes += bytes;
    const stored = await this.#spool.store(held);
    this.#bytes -= bytes;
    if (!stored) {
      this.#files.hold(file, bytes);
      return false;
    }
    groups.forEach((group, i) => {
      group.parts = [stored.groups[i]!];
    });
    // Of a file that is closed by now the bytes may be being written.
    if (this.#files.get(file.key) === file) for (const part of held.flat()) freeBuffer(part);
    if (file.isOver) await stored.release();
    else file.spooled.push(stored);
    return true;
  }
}
