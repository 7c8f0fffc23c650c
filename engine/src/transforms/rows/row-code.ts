import type { Column } from '../../columns/column.ts';
import type { Field, Type, TypeOf } from '../../core/schema.ts';
import { areMany } from '../function-size.ts';
import { type Computed, GeneratedCode } from '../generated-code.ts';
import { hasTextKeys, isTextKind } from '../text-keys.ts';
import { type Cell, CellCode } from './cell-code.ts';
import { InputTexts } from './input-texts.ts';
import { parseOnce, settle } from './lazy-json.ts';
import { TextList } from './text-list.ts';

/** What is compiled for a schema. */
export interface CompiledRows {
  readonly texts: InputTexts;
  bind(columns: readonly Column[]): void;
  at(row: number): object;
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
 *   texts.row = -1; // in case a value throws
 *   let v3 = null; if (…) { v3 = … }
 *   let v7 = null; if (…) { v7 = … } if (place8.isKept) values[0] = v7;
 *   texts.row = i;
 *   return { "id": v3, "note": v7 };
 * };
 * ```
 * An object literal gives all rows one hidden class; typed arrays are read where they are used, because a call for each
 * value costs more than the value.
 */
export class RowCode {
  private readonly code = new GeneratedCode();
  private readonly cells = new CellCode(this.code);
  private readonly texts = new InputTexts();
  private readonly helpers = {
    parseJson: this.code.constant('parseJson', JSON.parse),
    parseOnce: this.code.constant('parseOnce', parseOnce),
    settle: this.code.constant('settle', settle),
    texts: this.code.constant('texts', this.texts),
    values: this.code.constant('values', this.texts.values),
    columns: this.code.constant('kept', this.texts.columns),
  };

  /** Objects of the fields for which `isWanted` says so. */
  compile(fields: readonly Field[], isWanted: (field: Field) => boolean): CompiledRows {
    const wanted = fields.filter(isWanted);
    const columns = wanted.map((field) => this.cells.local('c', `columns[${fields.indexOf(field)}]`));
    const row = this.object(wanted, { columns, row: 'i', path: '', names: [] });
    const { texts } = this.helpers;
    this.code.declare(`const at = (i) => { ${texts}.row = -1; ${row.code} ${texts}.row = i; return ${row.name}; };`);
    this.code.declare(`const bind = (columns) => { ${this.cells.binding.join(' ')} ${texts}.row = -1; };`);
    return { ...(this.code.evaluate('{ bind, at }') as Omit<CompiledRows, 'texts'>), texts: this.texts };
  }

  /** An object literal of a row's or a struct's fields; as `name` the literal itself, to be evaluated once. */
  private object(
    fields: readonly Field[],
    at: Omit<Cell, 'column'> & { readonly columns: readonly string[] },
  ): Computed {
    const members: string[] = [];
    const statements = fields.map(({ name, type }, i) => {
      const path = at.path === '' ? name : `${at.path}.${name}`;
      const cell: Cell = { column: at.columns[i]!, row: at.row, path, names: at.names && [...at.names, name] };
      const value = type.kind === 'json' ? this.cells.scalar(type, cell) : this.value(type, cell);
      members.push(type.kind === 'json' ? this.lazyJson(name, value.name) : `${keyOf(name)}: ${value.name}`);
      return value.code;
    });
    return { code: statements.join('\n'), name: `{ ${members.join(', ')} }` };
  }

  private lazyJson(name: string, text: string): string {
    const { parseOnce: parse, settle: set } = this.helpers;
    const literal = JSON.stringify(name);
    const key = keyOf(name);
    return `get ${key}() { return ${parse}(this, ${literal}, ${text}); }, set ${key}(value) { ${set}(this, ${literal}, value); }`;
  }

  private value(type: Type, cell: Cell): Computed {
    switch (type.kind) {
      case 'list':
        return this.list(type, cell);
      case 'struct':
        return this.struct(type, cell);
      case 'map':
        return this.map(type, cell);
      case 'json': {
        const { code, name } = this.cells.scalar(type, cell);
        return { code: `${code} if (${name} !== null) ${name} = ${this.helpers.parseJson}(${name});`, name };
      }
      default:
        return isTextKind(type.kind) ? this.text(type, cell) : this.cells.scalar(type, cell);
    }
  }

  /** A text is kept apart as well, if an output column could be made of it. */
  private text(type: Type, cell: Cell): Computed {
    const { code, name } = this.cells.scalar(type, cell);
    if (cell.names === undefined) return { code, name };
    const { index, place } = this.place(cell, type, undefined);
    return { code: `${code} if (${place}.isKept) ${this.helpers.values}[${index}] = ${name};`, name };
  }

  private place(cell: Cell, type: Type, list: TextList | undefined): { index: number; place: string } {
    const index = this.texts.add({ path: cell.names!, type, list });
    this.cells.binding.push(`${this.helpers.columns}[${index}] = ${cell.column};`);
    return { index, place: this.code.constant('place', this.texts.places[index]) };
  }

  /** Lists of texts are kept apart, too. */
  private list(type: TypeOf<'list'>, cell: Cell): Computed {
    const elements = this.cells.local('c', `${cell.column}.children[0]`);
    const at = this.code.name('j');
    const { element } = type;
    const item = this.value(element.type, { column: elements, row: at, path: `${cell.path}[]`, names: undefined });
    const begin = (value: string, count: string) => `${value} = new Array(${count});`;
    const each = (value: string, index: string) => `${item.code} ${value}[${index}] = ${item.name};`;
    if (cell.names === undefined || !isTextKind(element.type.kind)) return this.span(cell, at, { begin, each });
    const kept = new TextList();
    const list = this.code.constant('list', kept);
    const { place } = this.place(cell, type, kept);
    const { code, name } = this.span(cell, at, {
      begin: (value, count) => `${begin(value, count)} ${list}.length = ${count};`,
      each: (value, index) => `${each(value, index)} if (${place}.isKept) ${list}.texts[${index}] = ${item.name};`,
    });
    return { code: `${code} else ${list}.length = -1;`, name };
  }

  /** With text keys an object without a prototype: "__proto__" and "constructor" are keys like any other. Else a Map. */
  private map(type: TypeOf<'map'>, cell: Cell): Computed {
    const [keys, values] = [0, 1].map((child) => this.cells.local('c', `${cell.column}.children[${child}]`));
    const at = this.code.name('j');
    const key = this.value(type.key, { column: keys!, row: at, path: `${cell.path} key`, names: undefined });
    const item = this.value(type.value.type, { column: values!, row: at, path: `${cell.path}{}`, names: undefined });
    const isObject = hasTextKeys(type.key);
    return this.span(cell, at, {
      begin: (value) => `${value} = ${isObject ? 'Object.create(null)' : 'new Map()'};`,
      each: (value) => {
        const add = isObject ? `${value}[${key.name}] = ${item.name};` : `${value}.set(${key.name}, ${item.name});`;
        return `${key.code} ${item.code} ${add}`;
      },
    });
  }

  private span(cell: Cell, at: string, { begin, each }: Loop): Computed {
    const offsets = this.cells.state('o', `${cell.column}.offsets`);
    const [start, end] = [this.code.name('b'), this.code.name('e')];
    return this.cells.unlessNull(
      cell,
      (value) => `const ${start} = ${offsets}[${cell.row}], ${end} = ${offsets}[${cell.row} + 1];
        ${begin(value, `${end} - ${start}`)}
        for (let ${at} = ${start}; ${at} < ${end}; ${at}++) { ${each(value, `${at} - ${start}`)} }`,
    );
  }

  private struct({ fields }: TypeOf<'struct'>, cell: Cell): Computed {
    const columns = fields.map((_, i) => this.cells.local('c', `${cell.column}.children[${i}]`));
    const first = this.texts.places.length;
    const large = areMany(fields);
    const object = this.object(fields, { ...cell, columns, row: large ? 'i' : cell.row });
    const none = this.texts.places.slice(first).map((_, i) => `${this.helpers.texts}.forget(${first + i});`);
    const make = large ? this.code.name('make') : '';
    if (large) this.code.declare(`const ${make} = (i) => { ${object.code} return ${object.name}; };`);
    const { code, name } = this.cells.unlessNull(cell, (value) => {
      return large ? `${value} = ${make}(${cell.row});` : `${object.code} ${value} = ${object.name};`;
    });
    return { code: none.length > 0 ? `${code} else { ${none.join(' ')} }` : code, name };
  }
}

/** In an object literal `"__proto__": x` sets the prototype, `["__proto__"]: x` is a property. */
function keyOf(name: string): string {
  const literal = JSON.stringify(name);
  return name === '__proto__' ? `[${literal}]` : literal;
}
