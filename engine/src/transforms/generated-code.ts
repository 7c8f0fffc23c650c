/**
 * JavaScript that is put together from a schema. Names of fields reach it through JSON.stringify and nowhere else; all it
 * works with is bound to a `const`, which V8 compiles in as it is.
 */
export class GeneratedCode {
  private readonly constants: Record<string, unknown> = {};
  private readonly declarations: string[] = [];
  private names = 0;

  /** A name nobody has yet. */
  name(prefix: string): string {
    return `${prefix}${this.names++}`;
  }

  /** A name for an object or a function that the code works with. */
  constant(prefix: string, value: unknown): string {
    const name = this.name(prefix);
    this.constants[name] = value;
    return name;
  }

  /** Adds a declaration that all functions see. */
  declare(source: string): void {
    this.declarations.push(source);
  }

  /** Runs the code and answers the value of `result`, an expression over what was declared. */
  evaluate(result: string): unknown {
    const names = Object.keys(this.constants);
    const source = `'use strict';
const { ${names.join(', ')} } = constants;
${this.declarations.join('\n')}
return ${result};`;
    return new Function('constants', source)(this.constants);
  }
}

/** A value that code computes: statements, after which the variable `name` holds it. */
export interface Computed {
  readonly code: string;
  readonly name: string;
}
