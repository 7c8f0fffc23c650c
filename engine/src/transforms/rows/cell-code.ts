import type { Column } from '../../columns/column.ts';
import { scalarText } from '../../columns/scalar-text.ts';
import type { Type, TypeOf } from '../../core/schema.ts';
import type { Computed, GeneratedCode } from '../generated-code.ts';
import { DateTexts } from './date-texts.ts';
import { DecimalTexts } from './decimal-texts.ts';
import { farTimestamp, refuseInt, wordsOf } from './exact-numbers.ts';
import { TextCells } from './text-cells.ts';

/** Where generated code finds a value. */
export interface Cell {
  /** Variable of the column while a batch is bound. */
  readonly column: string;
  /** Expression for the row, or the element. */
  readonly row: string;
  /** For messages: `geo.lat`, `tags[]`. */
  readonly path: string;
  /** Names from the top, as long as they lead through structs only. */
  readonly names: readonly string[] | undefined;
}

/**
 * Writes how a value that is not nested is read: the statements that find its arrays when a batch is bound, and those that
 * read it. For an int:
 * ```
 * n1 = validityOf(c0); w2 = wordsOf(c0);
 * let v3 = null; if (n1 === undefined || (n1[i >> 3] >> (i & 7) & 1) === 1) {
 *   if (w2[2 * i + 1] === w2[2 * i] >> 31) v3 = w2[2 * i];
 *   else {
 *     v3 = w2[2 * i + 1] * 4294967296 + (w2[2 * i] >>> 0);
 *     if (v3 > 9007199254740991 || v3 < -9007199254740991) refuseInt(w2, i, "id");
 *   }
 * }
 * ```
 */
export class CellCode {
  /** Statements that bind a batch. */
  readonly binding: string[] = [];
  private readonly code: GeneratedCode;
  private readonly helpers: Readonly<
    Record<'validityOf' | 'wordsOf' | 'refuseInt' | 'farTimestamp' | 'scalarText' | 'copyBytes', string>
  >;

  constructor(code: GeneratedCode) {
    this.code = code;
    this.helpers = {
      validityOf: code.constant('validityOf', validityOf),
      wordsOf: code.constant('wordsOf', wordsOf),
      refuseInt: code.constant('refuseInt', refuseInt),
      farTimestamp: code.constant('farTimestamp', farTimestamp),
      scalarText: code.constant('scalarText', scalarText),
      copyBytes: code.constant('copyBytes', copyBytes),
    };
  }

  scalar(type: Type, cell: Cell): Computed {
    switch (type.kind) {
      case 'int':
        return this.int(cell);
      case 'timestamp':
        return type.unit === 'ns' ? this.plain(cell) : this.timestamp(type, cell);
      case 'bool':
        return this.bool(cell);
      case 'binary':
        return this.binary(cell);
      case 'date':
        return this.date(cell);
      case 'string':
        return this.string(cell);
      case 'decimal':
        return this.decimal(cell);
      case 'time':
      case 'uuid':
        return this.canonicalText(cell);
      default:
        return this.plain(cell);
    }
  }

  /** What user code sees of a json; undefined in a cell that is null. */
  json(cell: Cell): Computed {
    const cells = this.code.constant('s', new TextCells());
    this.binding.push(`${cells}.bind(${cell.column});`);
    return this.unlessNull(cell, (value) => `${value} = ${cells}.jsonAt(${cell.row});`, 'undefined');
  }

  /** Ends with the `if` statement, so that an `else` can follow; `none` is the value of a cell that is null. */
  unlessNull({ column, row }: Cell, assign: (value: string) => string, none = 'null'): Computed {
    const validity = this.state('n', `${this.helpers.validityOf}(${column})`);
    const name = this.code.name('v');
    const isValid = `${validity} === undefined || (${validity}[${row} >> 3] >> (${row} & 7) & 1) === 1`;
    return { code: `let ${name} = ${none}; if (${isValid}) { ${assign(name)} }`, name };
  }

  /** A variable of `bind`. */
  local(prefix: string, value: string): string {
    const name = this.code.name(prefix);
    this.binding.push(`const ${name} = ${value};`);
    return name;
  }

  /** A variable that `bind` sets and `at` reads. */
  state(prefix: string, value: string): string {
    const name = this.code.name(prefix);
    this.code.declare(`let ${name};`);
    this.binding.push(`${name} = ${value};`);
    return name;
  }

  /** Types whose arrays hold what user code sees: small integers, doubles, 64 bits as bigint. */
  private plain(cell: Cell): Computed {
    const values = this.state('x', `${cell.column}.values`);
    return this.unlessNull(cell, (value) => `${value} = ${values}[${cell.row}];`);
  }

  private bool(cell: Cell): Computed {
    const bits = this.state('x', `${cell.column}.values`);
    const { row } = cell;
    return this.unlessNull(cell, (value) => `${value} = (${bits}[${row} >> 3] >> (${row} & 7) & 1) === 1;`);
  }

  /** What 32 bits hold is not made a double: V8 then compiles user code that calculates with it for integers. */
  private int(cell: Cell): Computed {
    const words = this.words(cell);
    const refuse = `${this.helpers.refuseInt}(${words}, ${cell.row}, ${JSON.stringify(cell.path)})`;
    const [low, high] = [`${words}[2 * ${cell.row}]`, `${words}[2 * ${cell.row} + 1]`];
    return this.unlessNull(cell, (value) => {
      return `if (${high} === ${low} >> 31) ${value} = ${low};
        else { ${value} = ${wordsToNumber(words, cell.row)}; if (${isUnsafe(value)}) ${refuse}; }`;
    });
  }

  private timestamp(type: TypeOf<'timestamp'>, cell: Cell): Computed {
    const words = this.words(cell);
    const place = this.code.constant('place', { type, path: cell.path });
    const far = `${this.helpers.farTimestamp}(${words}, ${cell.row}, ${place})`;
    const units = wordsToNumber(words, cell.row);
    const micros = type.unit === 'ms' ? `(${units}) * 1000` : units;
    return this.unlessNull(cell, (value) => `${value} = ${micros}; if (${isUnsafe(value)}) ${value} = ${far};`);
  }

  private binary(cell: Cell): Computed {
    const { column, row } = cell;
    const bytes = this.state('d', `${column}.data`);
    const offsets = this.state('o', `${column}.offsets`);
    return this.unlessNull(cell, (value) => {
      return `${value} = ${this.helpers.copyBytes}(${bytes}, ${offsets}[${row}], ${offsets}[${row} + 1]);`;
    });
  }

  /** The texts of a dictionary are made once, others many at a time. */
  private string(cell: Cell): Computed {
    const cells = this.code.constant('s', new TextCells());
    this.binding.push(`${cells}.bind(${cell.column});`);
    const codes = this.state('k', `${cells}.codes`);
    const texts = this.state('t', `${cells}.texts`);
    return this.unlessNull(cell, (value) => {
      return `${value} = ${codes} !== undefined ? ${texts}[${codes}[${cell.row}]] : ${cells}.at(${cell.row});`;
    });
  }

  private decimal(cell: Cell): Computed {
    const cells = this.code.constant('s', new DecimalTexts());
    this.binding.push(`${cells}.bind(${cell.column});`);
    return this.unlessNull(cell, (value) => `${value} = ${cells}.at(${cell.row});`);
  }

  private date(cell: Cell): Computed {
    const dates = this.code.constant('dates', new DateTexts());
    const days = this.state('x', `${cell.column}.values`);
    return this.unlessNull(cell, (value) => `${value} = ${dates}.of(${days}[${cell.row}]);`);
  }

  private canonicalText(cell: Cell): Computed {
    const column = this.state('c', cell.column);
    return this.unlessNull(cell, (value) => `${value} = ${this.helpers.scalarText}(${column}, ${cell.row});`);
  }

  private words({ column }: Cell): string {
    return this.state('w', `${this.helpers.wordsOf}(${column})`);
  }
}

function wordsToNumber(words: string, row: string): string {
  return `${words}[2 * ${row} + 1] * 4294967296 + (${words}[2 * ${row}] >>> 0)`;
}

function isUnsafe(value: string): string {
  return `${value} > ${Number.MAX_SAFE_INTEGER} || ${value} < ${Number.MIN_SAFE_INTEGER}`;
}

function validityOf({ nullCount, validity }: Column): Uint8Array | undefined {
  return nullCount > 0 ? validity : undefined;
}

/** A copy: the column's memory is reused, user code may keep the bytes. */
function copyBytes(data: Uint8Array, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(data, start, end);
}
