import type { Field, Slot, Type, TypeOf } from '../../core/schema.ts';
import { areMany } from '../function-size.ts';
import type { GeneratedCode } from '../generated-code.ts';
import { hasTextKeys } from '../text-keys.ts';
import { entriesOf } from './map-entries.ts';

/** Variables: the values of a tape, and how far on it the code is. */
const TAPE = 'tape';
const AT = 'at';

/**
 * Writes functions that compare a value user code returns with the tape of a list, struct or map of the input: whether they are
 * equal, slot by slot, where undefined counts as null, and no struct has keys that are not declared. For a list of strings:
 * ```
 * (v, tape, at) => {
 *   const n1 = tape[at++];
 *   if (n1 === null) { if (v !== null && v !== undefined) return -1; }
 *   else {
 *     if (!Array.isArray(v) || v.length !== n1) return -1;
 *     for (let i2 = 0; i2 < n1; i2++) { const v3 = v[i2]; if (!Object.is(v3 ?? null, tape[at++])) return -1; }
 *   }
 *   return at;
 * }
 * ```
 */
export class CompareCode {
  private readonly code: GeneratedCode;
  private readonly entriesOf: string;

  constructor(code: GeneratedCode) {
    this.code = code;
    this.entriesOf = code.constant('entriesOf', entriesOf);
  }

  /** Name of a function `(value, tape) => boolean` for a tape of such values. */
  comparer(type: Type): string {
    const [walk, name] = [this.walker(type), this.code.name('equals')];
    this.code.declare(`const ${name} = (value, tape) => ${walk}(value, tape.values, 0) >= 0;`);
    return name;
  }

  /** Name of a function that answers where on the tape it came to, or -1 if a value is another. */
  private walker(type: Type): string {
    const [body, name] = [this.value(type, 'v', ''), this.code.name('walk')];
    this.code.declare(`const ${name} = (v, ${TAPE}, ${AT}) => { ${body} return ${AT}; };`);
    return name;
  }

  /** `absent` is the statement for a value that is undefined: its key is none of those that are there. */
  private slot({ type }: Slot, value: string, absent: string): string {
    if (type.kind !== 'struct' || !areMany(type.fields)) return this.value(type, value, absent);
    const missing = absent && `if (${value} === undefined) { ${absent} }`;
    return `${AT} = ${this.walker(type)}(${value}, ${TAPE}, ${AT}); if (${AT} < 0) return -1; ${missing}`;
  }

  private value(type: Type, value: string, absent: string): string {
    const missing = absent && `if (${value} === undefined) { ${absent} }`;
    switch (type.kind) {
      case 'list':
      case 'map':
      case 'struct': {
        const count = this.code.name('n');
        return `const ${count} = ${TAPE}[${AT}++];
          if (${count} === null) { if (${value} !== null && ${value} !== undefined) return -1; ${missing} }
          else { ${this.present(type, value, count)} }`;
      }
      default: // 0 is not -0, NaN is NaN; a text that is the same object is not looked at
        return `if (!Object.is(${value} ?? null, ${TAPE}[${AT}++])) return -1; ${missing}`;
    }
  }

  private present(type: TypeOf<'list'> | TypeOf<'map'> | TypeOf<'struct'>, value: string, count: string): string {
    switch (type.kind) {
      case 'list':
        return this.list(type, value, count);
      case 'map':
        return this.map(type, value, count);
      case 'struct':
        return this.struct(type.fields, value);
    }
  }

  private list({ element }: TypeOf<'list'>, value: string, count: string): string {
    const [index, item] = [this.code.name('i'), this.code.name('v')];
    return `if (!Array.isArray(${value}) || ${value}.length !== ${count}) return -1;
      for (let ${index} = 0; ${index} < ${count}; ${index}++) {
        const ${item} = ${value}[${index}];
        ${this.slot(element, item, '')}
      }`;
  }

  private map({ key, value: item }: TypeOf<'map'>, value: string, count: string): string {
    const [entries, left, k, v] = ['e', 'left', 'k', 'v'].map((prefix) => this.code.name(prefix));
    return `const ${entries} = ${this.entriesOf}(${value}, ${hasTextKeys(key)});
      if (${entries} === undefined) return -1;
      let ${left} = ${count};
      for (const [${k}, ${v}] of ${entries}) {
        if (${left}-- === 0) return -1;
        ${this.slot({ type: key, optional: false }, k!, '')}
        ${this.slot(item, v!, '')}
      }
      if (${left} !== 0) return -1;`;
  }

  private struct(fields: readonly Field[], value: string): string {
    const [keys, present] = [this.code.name('keys'), this.code.name('present')];
    const slots = fields.map((field) => {
      const item = this.code.name('v');
      return `const ${item} = ${value}[${JSON.stringify(field.name)}]; ${this.slot(field, item, `${present}--;`)}`;
    });
    return `if (typeof ${value} !== 'object' || ${value} === null || Array.isArray(${value})) return -1;
      let ${keys} = 0, ${present} = ${fields.length};
      for (const _ in ${value}) ${keys}++;
      ${slots.join('\n')}
      if (${keys} !== ${present}) return -1;`;
  }
}
