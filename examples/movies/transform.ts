import { defineTransform, drop, t, time } from 'parquetry';

export default defineTransform({
  output: t.row({
    title: t.string(),
    released: t.date().optional(),
    decade: t.int32().optional(),
    director: t.string().optional(),
    genre: t.string().optional(),
    rating: t.string().optional(),
    budget_usd: t.int64().optional(),
    gross_usd: t.int64().optional(),
    imdb: t.decimal(3, 1).optional(),
    votes: t.int32().optional(),
  }),
  map: (movie) => {
    if (movie.Title === null || movie.Title === undefined) return drop('untitled');
    const released = time.tryParse(movie['Release Date'], '%b %d %Y');
    return {
      title: String(movie.Title), // 1776, 1941 and 300 come as numbers
      released: released === undefined ? undefined : time.date(released),
      decade: released === undefined ? undefined : Math.floor(time.parts(released).year / 10) * 10,
      director: movie.Director,
      genre: movie['Major Genre'],
      rating: movie['MPAA Rating'],
      budget_usd: movie['Production Budget'],
      gross_usd: movie['Worldwide Gross'],
      imdb: movie['IMDB Rating'],
      votes: movie['IMDB Votes'],
    };
  },
});
