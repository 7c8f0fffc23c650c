import type { Kernel } from '../kernel.ts';
import { KEY_BYTES, OTHERS, SCAN } from './layout.ts';
import type { ScanPlan } from './plan.ts';

/** Keys that the kernel's table has room for, with half of it left empty. */
const MAX_KEYS = 2000;
const BACKSLASH = 0x5c;

/**
 * The unknown keys that the kernel counts by itself. Each is counted by the plain-JS twin when it is first seen, which makes its
 * name, and taught to the kernel under a number; so the twin alone decides which names are told apart.
 */
export class LearnedKeys {
  private readonly kernel: Kernel;
  private readonly plan: ScanPlan;
  /** Numbers of the names. */
  private readonly numbers = new Map<string, number>();
  /** Prefix and key of what was tried to teach. */
  private readonly seen = new Set<string>();
  private isComplete = true;

  constructor(kernel: Kernel, plan: ScanPlan) {
    this.kernel = kernel;
    this.plan = plan;
  }

  /** Takes in a key that was just counted; `names` is how many are told apart so far. */
  learn(prefix: string, key: string, names: number): void {
    const isNamed = names <= OTHERS; // one more is the name of the others
    const identity = `${prefix}\0${key}`;
    if (isNamed && !this.seen.has(identity)) {
      this.seen.add(identity);
      this.isComplete = this.teach(prefix, key) && this.isComplete;
    }
    if (names >= OTHERS && this.isComplete) this.kernel.words[(this.plan.scan + SCAN.countsOthers) >> 2] = 1;
  }

  /** Adds what the kernel counted to the twin's counts, and forgets everything. */
  take(counted: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    if (this.seen.size === 0) return counted;
    const counts = new Map(counted);
    const { words } = this.kernel;
    const kernelCounts = words[(this.plan.scan + SCAN.unknownCounts) >> 2]! >> 2;
    for (const [name, number] of [...this.numbers, ['*', OTHERS] as const]) {
      const count = words[kernelCounts + number]!;
      if (count > 0) counts.set(name, (counts.get(name) ?? 0) + count);
    }
    this.kernel.exports.jsonForgetKeys(this.plan.scan);
    this.numbers.clear();
    this.seen.clear();
    this.isComplete = true;
    return counts;
  }

  private teach(prefix: string, key: string): boolean {
    const { kernel, plan } = this;
    const written = Buffer.from(JSON.stringify(key));
    if (written.includes(BACKSLASH)) return true; // with escapes it is never the kernel's
    if (written.length > KEY_BYTES || this.seen.size > MAX_KEYS) return false;
    const name = prefix + key;
    const number = this.numbers.get(name) ?? this.numbers.size;
    this.numbers.set(name, number);
    kernel.bytes.set(written, plan.keyBytes);
    const objects = plan.objects.get(prefix) ?? [];
    return objects.every(
      (object) => kernel.exports.jsonLearnKey(plan.scan, object, plan.keyBytes, written.length, number) !== 0,
    );
  }
}
