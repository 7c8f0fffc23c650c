import { expect, test } from 'vitest';
import { createRandom, mutated } from './preview-mutations.ts';
import { previewTwin } from './preview-twin.ts';

/** Clicks are five records: it takes some rounds to damage them in many ways. */
test.each([
  ['movies', 1],
  ['clicks', 3],
])(
  'a preview of %s shows the rows, drops and dead letters that a run makes of the same samples, damaged or not',
  async (example, rounds) => {
    await using twin = await previewTwin(example);
    const whole = await twin.preview();
    expect(whole).toEqual(await twin.run());
    expect(whole.rows.length).toBeGreaterThan(0);
    const random = createRandom(1);
    let letters = 0;
    for (let round = 0; round < rounds; round++) {
      await twin.write((text) => mutated(text, random));
      const shown = await twin.preview();
      expect(shown, `round ${round}`).toEqual(await twin.run());
      letters += shown.deadLetters.length;
    }
    expect(letters).toBeGreaterThan(0);
  },
);
