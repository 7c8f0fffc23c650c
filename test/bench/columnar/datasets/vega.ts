import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../dataset.ts';

const folder = path.join(import.meta.dirname, '../../../../node_modules/vega-datasets/data');

/** The rows of a JSON file of vega-datasets again and again, numbered: without the number they would compress to nothing. */
function* numbered(file: string): Generator<string> {
  const rows = (JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as object[]).map((row) =>
    JSON.stringify(row).slice(1),
  );
  for (let id = 0; ; id++) yield `{"id":${id},${rows[id % rows.length]}`;
}

const flightFields = { id: 'int', delay: 'int', distance: 'int', time: 'double' };

/** Numbers only, short records: the cost of a record rather than of its bytes. */
export const flights: Dataset = {
  name: 'flights',
  fields: flightFields,
  records: () => numbered('flights-200k.json'),
  userCode: {
    imports: ['drop'],
    output: { ...flightFields, late: 'bool', period: 'int32' },
    map: `(flight) => {
  if (flight.distance < 150) return drop('short');
  return { ...flight, late: flight.delay > 15, period: Math.min(3, Math.floor(flight.time / 6)) };
}`,
  },
};

const movieFields = {
  id: 'int',
  Title: 'json?',
  'US Gross': 'int64?',
  'Worldwide Gross': 'int64?',
  'US DVD Sales': 'int64?',
  'Production Budget': 'int64?',
  'Release Date': 'string',
  'MPAA Rating': 'string?',
  'Running Time min': 'int32?',
  Distributor: 'string?',
  Source: 'string?',
  'Major Genre': 'string?',
  'Creative Type': 'string?',
  Director: 'string?',
  'Rotten Tomatoes Rating': 'int32?',
  'IMDB Rating': 'decimal(3, 1)?',
  'IMDB Votes': 'int32?',
};

/** Nulls everywhere, a column of mixed types, exact integers and decimals. */
export const movies: Dataset = {
  name: 'movies',
  fields: movieFields,
  records: () => numbered('movies.json'),
  userCode: {
    imports: ['drop'],
    output: { ...movieFields, profit: 'int64?', popular: 'bool' },
    map: `(movie) => {
  const gross = movie['Worldwide Gross'];
  const budget = movie['Production Budget'];
  if (movie['MPAA Rating'] === 'PG') return drop('PG');
  return {
    ...movie,
    profit: gross == null || budget == null ? undefined : gross - budget,
    popular: (movie['IMDB Votes'] ?? 0) > 10_000,
  };
}`,
  },
};
