import { expect } from 'vitest';
import type { Delivery } from '../../engine/src/core/delivery.ts';
import type { Source, SourceReader, SourceSettler } from '../../engine/src/core/source.ts';
import type { AnyComponent } from '../../engine/src/pipeline/components.ts';
import type { Named } from './claim.ts';

/** A source in a place of its own, where a test can offer it lines and let its time pass. */
export interface SourceWorld extends AsyncDisposable {
  /** Comes back from `receive` without a long wait. */
  readonly source: Source;
  /** Lines without newline; each becomes a delivery, or several one, as the source has it. */
  offer(lines: readonly string[]): Promise<void>;
  /** Says that nothing will be offered any more. Present where a source ends. */
  end?(): Promise<void>;
  /** The same source anew, over the same lines, as after a restart. */
  reopen?(): Promise<Source>;
  /** A source that waits for long in `receive` when there is nothing. */
  patient?(): Promise<Source>;
  /** A source whose place does not exist. */
  missing?(): Promise<Source>;
  /** Lets time pass for leases and delays. Present where deliveries are leased. */
  advance?(ms: number): void;
}

/** A source as the contract sees it: facts that decide which claims apply, and worlds to prove them in. */
export interface SourceSubject extends Named {
  readonly ends: boolean;
  readonly leased: boolean;
  readonly replay: Source['replay'];
  readonly oneReader: boolean;
  readonly hasCheck: boolean;
  readonly hasBacklog: boolean;
  readonly hasExtend: boolean;
  /** Why a lost lease may be answered with `done`. */
  readonly forgivesStale?: string;
  /** Why no reader ever waits. */
  readonly neverWaits?: string;
  open(): Promise<SourceWorld>;
}

/** What a file in `sources/` exports. */
export interface SourceFixture {
  subjects(component: AnyComponent<'source'>): SourceSubject[];
}

/** A world with one reader and one settler. */
export interface OpenSource extends AsyncDisposable {
  readonly world: SourceWorld;
  readonly reader: SourceReader;
  readonly settler: SourceSettler;
}

/** A signal that nobody will ever give. */
export const never: AbortSignal = new AbortController().signal;

export async function openSource(subject: SourceSubject): Promise<OpenSource> {
  const world = await subject.open();
  const [reader, settler] = [await world.source.createReader(), await world.source.createSettler()];
  const dispose = async () => {
    await reader.close();
    await settler.close();
    await world[Symbol.asyncDispose]();
  };
  return { world, reader, settler, [Symbol.asyncDispose]: dispose };
}

/** Receives until the source has ended, or has had nothing for a few calls. */
export async function receiveAll(reader: SourceReader): Promise<Delivery[]> {
  const all: Delivery[] = [];
  for (let nothing = 0; nothing < 3; ) {
    const some = await reader.receive(never);
    if (some === undefined) break;
    nothing = some.length === 0 ? nothing + 1 : 0;
    all.push(...some);
  }
  return all;
}

/** The lines of deliveries, in order. */
export function linesOf(deliveries: readonly Delivery[]): string[] {
  return deliveries.flatMap(({ body }) => Buffer.from(body).toString().split('\n')).filter(Boolean);
}

/** Compares lines as the source's order allows. */
export function expectLines(subject: SourceSubject, deliveries: readonly Delivery[], lines: readonly string[]): void {
  const [got, wanted] = [linesOf(deliveries), [...lines]];
  if (subject.replay === 'ordered') expect(got).toEqual(wanted);
  else expect(got.sort()).toEqual(wanted.sort());
}

export const receiptsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ receipt }) => receipt);
export const idsOf = (deliveries: readonly Delivery[]) => deliveries.map(({ id }) => id);
