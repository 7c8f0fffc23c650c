import type { Column } from '../../columns/column.ts';
import type { Field, Type, TypeOf } from '../../core/schema.ts';
import { areMany } from '../function-size.ts';
import { type Computed, GeneratedCode } from '../generated-code.ts';
import { hasTextKeys } from '../text-keys.ts';
import { type Cell, CellCode } from './cell-code.ts';
import { InputValues, isWorthKeeping, UNEQUALLED } from './input-values.ts';
import { Tape } from './tape.ts';

/** What is compiled for a schema. */
export interface CompiledRows {
  readonly input: InputValues;
  bind(columns: readonly Column[]): void;
  at(row: number): object;
}

/** Where a value is, and which tapes of the lists, structs and maps around it record it. */
interface RecordedCell extends Cell {
  readonly tapes: readonly RecordingTape[];
}

/** Variables of a place and of its tape. */
interface RecordingTape {
  readonly place: string;
  readonly tape: string;
}

/** The parts of a loop over the elements of a list or a map; `value` is the variable of the whole. */
interface Loop {
  begin(value: string, count: string): string;
  each(value: string, index: string): string;
}

/**
 * Writes two functions. For the fields id and note:
 * ```
 * const bind = (columns) => { const c0 = columns[0], c1 = columns[1]; … };
 * const at = (i) => {
 *   input.row = -1; // in case a value throws
 *   let v3 = null; if (…) { v3 = … }
 *   let v7 = null; if (…) { v7 = … } if (place8.isKept) kept[0] = v7;
 *   input.row = i;
 *   return { "id": v3, "note": v7 };
 * };
 * ```
 * An object literal gives all rows one hidden class; typed arrays are read where they are used, because a call for each
 * value costs more than the value.
 */
export class RowCode {
  private readonly code = new GeneratedCode();
  private readonly cells = new CellCode(this.code);
  private readonly input = new InputValues();
  private readonly helpers = {
    unequalled: this.code.constant('unequalled', UNEQUALLED),
    input: this.code.constant('input', this.input),
    kept: this.code.constant('kept', this.input.values),
    columns: this.code.constant('columnsOfPlaces', this.input.columns),
  };

  compile(fields: readonly Field[]): CompiledRows {
    const columns = fields.map((_, i) => this.cells.local('c', `columns[${i}]`));
    const row = this.object(fields, columns, { row: 'i', path: '', names: [], tapes: [] });
    const { input } = this.helpers;
    this.code.declare(`const at = (i) => { ${input}.row = -1; ${row.code} ${input}.row = i; return ${row.name}; };`);
    this.code.declare(`const bind = (columns) => { ${this.cells.binding.join(' ')} ${input}.row = -1; };`);
    return { ...(this.code.evaluate('{ bind, at }') as Omit<CompiledRows, 'input'>), input: this.input };
  }

  /** An object literal of a row's or a struct's fields; as `name` the literal itself, to be evaluated once. */
  private object(fields: readonly Field[], columns: readonly string[], at: Omit<RecordedCell, 'column'>): Computed {
    const members: string[] = [];
    const statements = fields.map(({ name, type }, i) => {
      const path = at.path === '' ? name : `${at.path}.${name}`;
      const value = this.value(type, { ...at, column: columns[i]!, path, names: at.names && [...at.names, name] });
      members.push(`${keyOf(name)}: ${value.name}`);
      return value.code;
    });
    return { code: statements.join('\n'), name: `{ ${members.join(', ')} }` };
  }

  private value(type: Type, cell: RecordedCell): Computed {
    switch (type.kind) {
      case 'list':
        return this.list(type, cell);
      case 'struct':
        return this.struct(type, cell);
      case 'map':
        return this.map(type, cell);
      case 'json':
        return this.json(type, cell);
      default: {
        const { code, name } = this.cells.scalar(type, cell);
        return { code: `${code} ${this.keep(type, cell, name)} ${record(cell.tapes, name)}`, name };
      }
    }
  }

  private json(type: Type, cell: RecordedCell): Computed {
    const { code, name: seen } = this.cells.json(cell);
    const name = this.code.name('v');
    const kept = `${seen} === null ? ${this.helpers.unequalled} : ${name}`; // the JSON null, which may be handed on as none
    return { code: `${code} const ${name} = ${seen} ?? null; ${this.keep(type, cell, kept)}`, name };
  }

  /** Keeps a value apart as well, if an output column could be made of it. */
  private keep(type: Type, { names, column }: RecordedCell, value: string): string {
    if (names === undefined || !isWorthKeeping(type, names)) return '';
    const { index, place } = this.place(type, names, { column });
    return `if (${place}.isKept) ${this.helpers.kept}[${index}] = ${value};`;
  }

  /** The cell of a list, struct or map, recorded if an output column could be made of it. */
  private recorded(type: Type, cell: RecordedCell): RecordedCell {
    const { names, column, tapes } = cell;
    if (names === undefined || !isWorthKeeping(type, names)) return cell;
    const tape = new Tape();
    const { place } = this.place(type, names, { column, tape });
    return { ...cell, tapes: [...tapes, { place, tape: this.code.constant('tape', tape) }] };
  }

  private place(
    type: Type,
    path: readonly string[],
    { column, tape }: { column: string; tape?: Tape },
  ): { index: number; place: string } {
    const index = this.input.add({ path, type, tape });
    this.cells.binding.push(`${this.helpers.columns}[${index}] = ${column};`);
    return { index, place: this.code.constant('place', this.input.places[index]) };
  }

  private list(type: TypeOf<'list'>, outer: RecordedCell): Computed {
    const cell = this.recorded(type, outer);
    const elements = this.cells.local('c', `${cell.column}.children[0]`);
    const at = this.code.name('j');
    const item = this.value(type.element.type, {
      ...cell,
      column: elements,
      row: at,
      path: `${cell.path}[]`,
      names: undefined,
    });
    return this.span(cell, at, outer.tapes, {
      begin: (value, count) => `${value} = new Array(${count});`,
      each: (value, index) => `${item.code} ${value}[${index}] = ${item.name};`,
    });
  }

  /** With text keys an object without a prototype: "__proto__" and "constructor" are keys like any other. Else a Map. */
  private map(type: TypeOf<'map'>, outer: RecordedCell): Computed {
    const cell = this.recorded(type, outer);
    const [keys, values] = [0, 1].map((child) => this.cells.local('c', `${cell.column}.children[${child}]`));
    const at = this.code.name('j');
    const inside = { ...cell, row: at, names: undefined };
    const key = this.value(type.key, { ...inside, column: keys!, path: `${cell.path} key` });
    const item = this.value(type.value.type, { ...inside, column: values!, path: `${cell.path}{}` });
    const isObject = hasTextKeys(type.key);
    return this.span(cell, at, outer.tapes, {
      begin: (value) => `${value} = ${isObject ? 'Object.create(null)' : 'new Map()'};`,
      each: (value) => {
        const add = isObject ? `${value}[${key.name}] = ${item.name};` : `${value}.set(${key.name}, ${item.name});`;
        return `${key.code} ${item.code} ${add}`;
      },
    });
  }

  private span(cell: RecordedCell, at: string, outer: readonly RecordingTape[], { begin, each }: Loop): Computed {
    const offsets = this.cells.state('o', `${cell.column}.offsets`);
    const [start, end] = [this.code.name('b'), this.code.name('e')];
    const count = `${end} - ${start}`;
    const { code, name } = this.cells.unlessNull(
      cell,
      (value) => `const ${start} = ${offsets}[${cell.row}], ${end} = ${offsets}[${cell.row} + 1];
        ${begin(value, count)} ${record(cell.tapes, count)}
        for (let ${at} = ${start}; ${at} < ${end}; ${at}++) { ${each(value, `${at} - ${start}`)} }`,
    );
    return { code: `${rewind(cell.tapes, outer)} ${code} ${orNull(cell.tapes)}`, name };
  }

  private struct(type: TypeOf<'struct'>, outer: RecordedCell): Computed {
    const cell = this.recorded(type, outer);
    const { fields } = type;
    const columns = fields.map((_, i) => this.cells.local('c', `${cell.column}.children[${i}]`));
    const first = this.input.places.length;
    const large = areMany(fields);
    const object = this.object(fields, columns, { ...cell, row: large ? 'i' : cell.row });
    const inside = this.input.places.slice(first).map((_, i) => `${this.helpers.input}.forget(${first + i});`);
    const make = large ? this.code.name('make') : '';
    if (large) this.code.declare(`const ${make} = (i) => { ${object.code} return ${object.name}; };`);
    const { code, name } = this.cells.unlessNull(cell, (value) => {
      const made = large ? `${value} = ${make}(${cell.row});` : `${object.code} ${value} = ${object.name};`;
      return `${record(cell.tapes, '1')} ${made}`;
    });
    return { code: `${rewind(cell.tapes, outer.tapes)} ${code} ${orNull(cell.tapes, inside.join(' '))}`, name };
  }
}

/** Statement that puts a value on tapes. */
function record(tapes: readonly RecordingTape[], value: string): string {
  return tapes.map(({ place, tape }) => `if (${place}.isKept) ${tape}.values[${tape}.length++] = ${value};`).join(' ');
}

/** Statement that begins the tape a cell has beside those around it. */
function rewind(tapes: readonly RecordingTape[], outer: readonly RecordingTape[]): string {
  return tapes.length === outer.length ? '' : `${tapes.at(-1)!.tape}.length = 0;`;
}

/** What follows the `if` of a list, struct or map that is there. */
function orNull(tapes: readonly RecordingTape[], statements = ''): string {
  const all = `${record(tapes, 'null')} ${statements}`.trim();
  return all === '' ? '' : `else { ${all} }`;
}

/** In an object literal `"__proto__": x` sets the prototype, `["__proto__"]: x` is a property. */
function keyOf(name: string): string {
  const literal = JSON.stringify(name);
  return name === '__proto__' ? `[${literal}]` : literal;
}
