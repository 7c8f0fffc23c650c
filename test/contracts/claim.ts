import { describe, it } from 'vitest';

/** Something an interface promises. It opens what it needs of the subject and closes it again. */
export interface Claim<Subject> {
  readonly title: string;
  /** Why this subject cannot be asked; undefined if it can. */
  skip?(subject: Subject): string | undefined;
  prove(subject: Subject): Promise<void>;
}

/** An implementation under the name it has in test output. */
export interface Named {
  readonly name: string;
}

/** Holds a subject to all claims: each becomes a test, or a skipped one that says why. */
export function holdTo<Subject extends Named>(claims: readonly Claim<Subject>[], subject: Subject): void {
  describe(subject.name, () => {
    for (const { title, skip, prove } of claims) {
      const reason = skip?.(subject);
      if (reason === undefined) it(title, () => prove(subject));
      else it.skip(`${title} (skipped: ${reason})`, () => {});
    }
  });
}

/** Titles of the claims that a subject breaks: how a suite is shown to see what it is there to see. */
export async function brokenClaims<Subject>(claims: readonly Claim<Subject>[], subject: Subject): Promise<string[]> {
  const broken: string[] = [];
  for (const { title, skip, prove } of claims) {
    if (skip?.(subject) !== undefined) continue;
    await prove(subject).catch(() => broken.push(title));
  }
  return broken;
}
