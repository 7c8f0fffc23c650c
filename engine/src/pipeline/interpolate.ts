import { parseDocument, Scalar } from 'yaml';
import { changeAt, type Located, type LocatedScalar, type Path } from './located.ts';
import { errorAt, type Origin, type Problem } from './problems.ts';

/** Variables by name: `process.env`, or a test's own. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** `$${` is a literal `${`; `${env:NAME}` and `${env:NAME:-default}` are values; any other `${…}` is a mistake. */
const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const ENVIRONMENT = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

export interface Interpolated {
  readonly root: Located;
  readonly problems: readonly Problem[];
}

/** Puts environment variables into every scalar below `root`. Keys are left alone. A missing variable is an error at its place. */
export function interpolate(root: Located, variables: Variables): Interpolated {
  const problems: Problem[] = [];
  const walk = (node: Located): Located => {
    if (node.kind === 'map') {
      const entries = [...node.entries].map(([name, entry]) => [name, { ...entry, value: walk(entry.value) }] as const);
      return { ...node, entries: new Map(entries) };
    }
    if (node.kind === 'list') return { ...node, items: node.items.map(walk) };
    if (typeof node.value !== 'string' || !node.value.includes('${')) return node;
    return interpolateScalar(node, node.value, variables, problems);
  };
  return { root: walk(root), problems };
}

function interpolateScalar(
  node: LocatedScalar,
  template: string,
  variables: Variables,
  problems: Problem[],
): LocatedScalar {
  let unresolved = false;
  const text = template.replace(
    REFERENCE,
    (reference: string, inner: string | undefined, close: string | undefined) => {
      if (inner === undefined) return '${';
      const found = close === '' ? undefined : ENVIRONMENT.exec(inner);
      const value = found?.[1] === undefined ? undefined : (variables[found[1]] ?? found[2]);
      if (value !== undefined) return value;
      unresolved = true;
      problems.push(missing(reference, found?.[1], partOf(node.origin, reference)));
      return '';
    },
  );
  if (unresolved) return { ...node, template, unresolved };
  return { ...node, template, value: text };
}

function missing(reference: string, name: string | undefined, origin: Origin): Problem {
  if (name !== undefined) {
    return errorAt(
      origin,
      `the environment variable ${name} is not set`,
      `Set it, or give a default: "\${env:${name}:-default}".`,
      { kind: 'missing-variable', name },
    );
  }
  return errorAt(
    origin,
    `a reference must read \${env:NAME} or \${env:NAME:-default}, got ${reference}`,
    'For a literal "${" write "$${".',
  );
}

/** The reference inside the scalar, as far as it stands in the line as written. */
function partOf(origin: Origin, reference: string): Origin {
  const at = origin.text.indexOf(reference, Math.max(0, origin.column - 1));
  return at < 0 ? origin : { ...origin, column: at + 1, length: reference.length };
}

/**
 * The tree with the variables at these paths read as YAML reads plain text: `${env:LANES}` as a number. The caller asks for it
 * where the schema refuses text; everywhere else a variable stays text, so that an account number keeps its zeros.
 */
export function retype(root: Located, paths: readonly Path[]): Located {
  return paths.reduce((tree, path) => changeAt(tree, path, retypeScalar), root);
}

function retypeScalar(node: Located): Located {
  if (node.kind !== 'scalar' || node.template === undefined || typeof node.value !== 'string') return node;
  const { contents, errors } = parseDocument(node.value);
  if (errors.length > 0 || !(contents instanceof Scalar) || contents.source !== node.value) return node;
  const { value } = contents;
  return typeof value === 'number' || typeof value === 'boolean' ? { ...node, value } : node;
}
