import { checkChoices } from './choices.ts';
import type { ComponentSet } from './components.ts';
import { interpolate, retype, type Variables } from './interpolate.ts';
import { knownKeysOf, problemsOfIssues, refusedPaths } from './issues.ts';
import { fileJsonSchema } from './json-schema.ts';
import type { Located } from './located.ts';
import { toPlain } from './plain.ts';
import { errorAt, type Problem } from './problems.ts';
import { type PipelineConfig, pipelineSchema } from './schema.ts';

export interface ValidatedTree {
  /** Absent where there are errors. */
  readonly config?: PipelineConfig;
  /** The tree with variables filled in, to point at places with. */
  readonly root: Located;
  readonly problems: readonly Problem[];
}

/** Fills in variables and checks the whole tree at once: choices, keys, types, ranges. */
export function validateTree(tree: Located, components: ComponentSet, variables: Variables): ValidatedTree {
  if (tree.kind !== 'map') {
    const message = 'the file must be a map of keys such as name, source and sinks';
    return { root: tree, problems: [errorAt(tree.origin, message, 'See `parquetry init` for an example.')] };
  }
  const interpolated = interpolate(tree, variables);
  const { root, parsed } = parseTree(interpolated.root, components);
  const issues = parsed.error?.issues ?? [];
  const mistakes = issues.length > 0 ? problemsOfIssues(issues, root, knownKeysOf(fileJsonSchema(components))) : [];
  const problems = [...interpolated.problems, ...checkChoices(root, components), ...mistakes];
  return { root, problems, config: problems.length === 0 ? parsed.data : undefined };
}

/** Parses; values from variables that are refused as text are tried as what their text says. */
function parseTree(tree: Located, components: ComponentSet) {
  const schema = pipelineSchema(components);
  const asText = schema.safeParse(toPlain(tree));
  if (asText.success) return { root: tree, parsed: asText };
  const root = retype(tree, refusedPaths(asText.error.issues));
  return { root, parsed: schema.safeParse(toPlain(root)) };
}
