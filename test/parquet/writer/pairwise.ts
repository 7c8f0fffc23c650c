/** The values that each dimension of a case may have. */
export type Dimensions<Case> = { readonly [Name in keyof Case]: readonly Case[Name][] };

/** Whether values of some dimensions may go together; a case is valid if each two of its values are. */
export type Rule<Case> = (part: Partial<Case>) => boolean;

/** All valid cases. */
export function fullProduct<Case extends object>(dimensions: Dimensions<Case>, isValid: Rule<Case>): Case[] {
  let parts: Partial<Case>[] = [{}];
  for (const name of namesOf(dimensions)) {
    parts = parts.flatMap((part) => dimensions[name].map((value) => ({ ...part, [name]: value })));
    parts = parts.filter(isValid);
  }
  return parts as Case[];
}

/**
 * Cases in which any two values that may go together do so at least once: the faults of a program mostly need two settings to
 * meet. Greedy, and the same each time. Each dimension's first value must go with everything.
 */
export function pairwise<Case extends object>(dimensions: Dimensions<Case>, isValid: Rule<Case>): Case[] {
  const open = new Map(pairsOf(dimensions, isValid).map((pair) => [keyOf(pair), pair]));
  const cases: Case[] = [];
  for (const pair of open.values()) {
    if (!open.has(keyOf(pair))) continue;
    const next = completed(dimensions, isValid, pair, (candidate) => open.has(keyOf(candidate)), cases.length);
    for (const covered of pairsWithin(next)) open.delete(keyOf(covered));
    cases.push(next);
  }
  return cases;
}

/** Gives every dimension that the part lacks the value which covers most of the open pairs. */
function completed<Case extends object>(
  dimensions: Dimensions<Case>,
  isValid: Rule<Case>,
  part: Partial<Case>,
  isOpen: Rule<Case>,
  turn: number,
): Case {
  for (const name of namesOf(dimensions)) {
    if (name in part) continue;
    const candidates = dimensions[name].map((value) => ({ ...part, [name]: value })).filter(isValid);
    const gains = candidates.map((candidate) => {
      const others = namesOf(part as Dimensions<Case>);
      return others.filter((other) => isOpen(pick(candidate, other, name))).length;
    });
    const best = Math.max(...gains);
    const equals = candidates.filter((_, i) => gains[i] === best);
    part = equals[turn % equals.length]!; // where nothing is to be gained, at least not always the same value
  }
  return part as Case;
}

function pairsOf<Case extends object>(dimensions: Dimensions<Case>, isValid: Rule<Case>): Partial<Case>[] {
  const names = namesOf(dimensions);
  return names.flatMap((one, i) =>
    names
      .slice(i + 1)
      .flatMap((other) =>
        dimensions[one].flatMap((first) =>
          dimensions[other].map((second) => ({ [one]: first, [other]: second }) as Partial<Case>).filter(isValid),
        ),
      ),
  );
}

function pairsWithin<Case extends object>(whole: Case): Partial<Case>[] {
  const names = Object.keys(whole) as (keyof Case)[];
  return names.flatMap((one, i) => names.slice(i + 1).map((other) => pick(whole, one, other)));
}

function pick<Case>(of: Partial<Case>, ...names: readonly (keyof Case)[]): Partial<Case> {
  return Object.fromEntries(names.map((name) => [name, of[name]])) as Partial<Case>;
}

function keyOf(pair: object): string {
  return JSON.stringify(Object.entries(pair).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function namesOf<Case extends object>(dimensions: Dimensions<Case>): (keyof Case)[] {
  return Object.keys(dimensions) as (keyof Case)[];
}
