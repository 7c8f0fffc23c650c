import type { ColumnBuilder } from '../../columns/builder.ts';
import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import type { Column } from '../../columns/column.ts';
import { PickedColumn } from '../../columns/picked-column.ts';
import type { Field } from '../../core/schema.ts';
import { formatType } from '../../core/schema-text.ts';
import type { InputValues } from '../rows/input-values.ts';
import { isUnread } from '../rows/lazy-json.ts';
import type { Tape } from '../rows/tape.ts';
import type { Appender, OutputColumn } from './appender.ts';
import type { OutputRows } from './output-rows.ts';

/** So many batches may begin as copies and turn out not to be before it is tried no more. */
const MAX_FAILURES = 3;

/**
 * An output column of texts or bigints, or of what holds them, that may be a column of the input: `out.x === in.y` in every row.
 * While it is, nothing is appended: rows and their origin say it all. At the first other value the rows so far are gathered, and
 * the batch goes on in the ordinary way.
 *
 * Of a json there is more than one text for a value, so only that of its own name is looked at: which rows share its batch must
 * not show.
 */
export class CopiedColumn implements OutputColumn {
  readonly field: Field;
  /** What takes the values that are not the input's. */
  readonly target: ColumnBuilder | Appender;
  /** Whether all rows of the batch so far are those of the input. Read by generated code, which does the comparing. */
  passing = false;
  /** The place in the input whose values these are. */
  place = 0;
  /** What is recorded of that place, if it is a list, struct or map. */
  tape: Tape | undefined;
  /** Compares such a value with a tape. Set by generated code. */
  equals: ((value: unknown, tape: Tape) => boolean) | undefined;
  private readonly rows: OutputRows;
  private readonly input: InputValues;
  private isCopy = false;
  private failures = 0;
  /** Places the rows looked at so far agree with; undefined once it is decided. */
  private candidates: readonly number[] | undefined;

  constructor(
    field: Field,
    target: ColumnBuilder | Appender,
    { rows, input }: { rows: OutputRows; input: InputValues },
  ) {
    this.field = field;
    this.target = target;
    this.rows = rows;
    this.input = input;
    this.candidates = placesFor(field, input);
    this.place = this.candidates[0]!;
  }

  /** The place whose values this column has to know, if any. */
  get keptPlace(): number | undefined {
    return this.isTried || this.field.type.kind === 'json' ? this.place : undefined;
  }

  /** Appends the slot of the input row, of a column of bytes that is not passing. */
  copySlot(): void {
    const { data, offsets } = this.input.columns[this.place]!;
    const { row } = this.input;
    (this.target as BytesBuilder).appendSpan(data!, offsets![row]!, offsets![row + 1]!);
  }

  /** Ends the passing: the rows so far are copied, the one that is not the input's comes next. */
  gather(): void {
    this.passing = false;
    this.failures++;
    this.target.appendSelection(this.input.columns[this.place]!, this.rows.origin());
  }

  truncate(length: number): void {
    if (!this.passing) this.target.truncate(length);
  }

  clear(): void {
    this.target.clear();
    this.passing = this.isTried;
  }

  /** Whether batches begin as copies. */
  get isTried(): boolean {
    return this.isCopy && this.failures < MAX_FAILURES;
  }

  finish(): Column {
    if (!this.passing) return this.target.finish();
    return new PickedColumn(this.field.type, this.input.columns[this.place]!, this.rows.origin());
  }

  /** Compares a value with the input's while it is to be found out what is copied. */
  observe(value: unknown): void {
    this.candidates = this.candidates?.filter((place) => this.isValueOf(place, value));
  }

  /** Ends the finding out; with `fromNow` the rows so far were all observed, and pass as well. */
  decide(fromNow: boolean): void {
    const best = this.bestCandidate();
    this.candidates = undefined;
    if (best === undefined) return;
    this.isCopy = true;
    this.place = best;
    this.tape = this.input.places[best]!.tape;
    if (!fromNow) return;
    this.target.clear();
    this.passing = true;
  }

  private isValueOf(place: number, value: unknown): boolean {
    const { tape } = this.input.places[place]!;
    if (tape !== undefined) return this.equals!(value, tape);
    return (value ?? null) === this.input.values[place] && isUnread(value);
  }

  /** Of several the one with the field's name: `country`, `geo.country`. */
  private bestCandidate(): number | undefined {
    const nameOf = (place: number) => this.input.places[place]!.path.at(-1);
    const sameName = this.candidates?.find((place) => nameOf(place) === this.field.name);
    return sameName ?? this.candidates?.[0];
  }
}

/** Places of the input whose column an output field could be. */
export function placesFor({ name, type }: Field, { places }: InputValues): number[] {
  const wanted = formatType(type);
  return [...places.keys()].filter((i) => {
    const place = places[i]!;
    return formatType(place.type) === wanted && (type.kind !== 'json' || place.path[0] === name);
  });
}
