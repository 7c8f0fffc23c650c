import { contextAt } from '../context.ts';
import { type FormatFixture, type FormatSubject, type Said, schema } from '../format-subject.ts';

/** As lines, and with the whitespace and the BOM that some producers add. */
const joins: Readonly<Record<string, FormatSubject['join']>> = {
  'json (lines)': (records) => records.join('\n'),
  'json (CRLF, empty lines, BOM)': (records) => `\ufeff\r\n${records.join('\r\n\r\n')}\r\n`,
};

export const fixture: FormatFixture = {
  subjects: (component) =>
    Object.entries(joins).map(([name, join]) => ({
      name,
      join,
      malformed: '{"id":1,"name":',
      write: ({ id, name, extra }: Said) => JSON.stringify({ id, name, ...extra }),
      async createScanner(options = {}, of = schema) {
        const format = await component.create(component.config.parse({}), contextAt('.'));
        return format.createScanner(of, { rest: false, ...options });
      },
    })),
};
