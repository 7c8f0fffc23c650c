// Finite State Entropy coding (RFC 8878, 4.1; J. Duda, "Asymmetric numeral systems", 2013): tables for encoding. The states of a
// table of 2^log cells are numbered from 2^log on. A symbol, encoded in a state, takes some of the state's lowest bits, and what is
// left of the state leads to one of the symbol's own cells:
//
//   bits = (state + deltaBits) >> 16      next = states[(state >> bits) + deltaState]
//
//   table    i32 deltaState, u32 deltaBits for each of up to 64 symbols
//            u16 states, for each of up to 512 cells, those of a symbol one behind the other

/** Where the states of a table lie. */
export const STATES: u32 = 64 * 8;
export const TABLE_BYTES: u32 = STATES + (512 << 1);
const MIN_LOG: u32 = 5;

/** The size of a table for `total` symbols, of which the largest is `last`: 2^`maxLog` cells at most. */
export function tableLog(total: u32, last: u32, maxLog: u32): u32 {
  const needed = 33 - clz(last); // two cells for each symbol that may be
  const useful = max<i32>(MIN_LOG, 29 - clz(total)); // a quarter as many as symbols are coded
  return min(maxLog, max<u32>(useful, needed));
}

/**
 * Cells for each of `kinds` symbols, as i16, in proportion to its u32 in `counts`, which make `total`: at least one for each that is
 * there, 2^`log` together.
 */
export function normalize(counts: u32, kinds: u32, total: u32, log: u32, cells: u32): void {
  let left: i32 = 1 << log;
  for (let symbol: u32 = 0; symbol < kinds; symbol++) {
    const count = load<u32>(counts + (symbol << 2));
    const share: i32 = count ? max<i32>(1, <i32>(((<u64>count << log) + (total >> 1)) / total)) : 0;
    store<i16>(cells + (symbol << 1), <i16>share);
    left -= share;
  }
  const most = mostCells(cells, kinds);
  const given = load<i16>(most) + left;
  if (given > load<i16>(most) >> 1) {
    store<i16>(most, <i16>given);
    return;
  }
  // Many rare symbols: what one cell each is too much for them is taken from those who have most.
  for (; left < 0; left++) {
    const from = mostCells(cells, kinds);
    store<i16>(from, load<i16>(from) - 1);
  }
}

/** The address of the largest share. */
function mostCells(cells: u32, kinds: u32): u32 {
  let most = cells;
  const end = cells + (kinds << 1);
  for (let at = cells + 2; at < end; at += 2) {
    if (load<i16>(at) > load<i16>(most)) most = at;
  }
  return most;
}

/**
 * A table from the cells of `kinds` symbols, of which -1 is a single one at the end (a "less than 1" probability). Of `scratch` it takes
 * 768 bytes: the next free cell of each symbol as u32, then the symbol of each cell as u8.
 */
export function buildTable(cells: u32, kinds: u32, log: u32, table: u32, scratch: u32): void {
  const symbols = scratch + 64 * 4;
  spreadSymbols(cells, kinds, log, symbols);
  let total: u32 = 0;
  for (let symbol: u32 = 0; symbol < kinds; symbol++) {
    const share: u32 = abs<i32>(load<i16>(cells + (symbol << 1)));
    if (!share) continue;
    const bits: u32 = share == 1 ? log : log + clz(share - 1) - 31;
    store<u32>(scratch + (symbol << 2), total);
    store<i32>(table + (symbol << 3), total - share);
    store<u32>(table + (symbol << 3), (bits << 16) - (share << bits), 4);
    total += share;
  }
  for (let cell: u32 = 0; cell < total; cell++) {
    const next = scratch + (<u32>load<u8>(symbols + cell) << 2);
    const at = load<u32>(next);
    store<u32>(next, at + 1);
    store<u16>(table + STATES + (at << 1), <u16>(total + cell));
  }
}

/** Which symbol each cell is of (RFC 8878, 4.1.1). */
function spreadSymbols(cells: u32, kinds: u32, log: u32, symbols: u32): void {
  const size: u32 = 1 << log;
  let high = size - 1;
  for (let symbol: u32 = 0; symbol < kinds; symbol++) {
    if (load<i16>(cells + (symbol << 1)) == -1) store<u8>(symbols + high--, symbol);
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at: u32 = 0;
  for (let symbol: u32 = 0; symbol < kinds; symbol++) {
    for (let left: i32 = load<i16>(cells + (symbol << 1)); left > 0; left--) {
      store<u8>(symbols + at, symbol);
      do at = (at + step) & (size - 1);
      while (at > high);
    }
  }
}

/** A table of one symbol, which takes no bits. */
export function buildSingle(symbol: u32, table: u32): void {
  store<i32>(table + (symbol << 3), -1);
  store<u32>(table + (symbol << 3), 0, 4);
  store<u16>(table + STATES, 1);
}

/** The state in which encoding starts: that of the symbol which is decoded last. */
// @ts-ignore: decorator
@inline
export function firstState(table: u32, symbol: u32): u32 {
  const deltaBits = load<u32>(table + (symbol << 3), 4);
  const bits = (deltaBits + (1 << 15)) >> 16;
  const state = ((bits << 16) - deltaBits) >> bits;
  return load<u16>(table + STATES + ((state + load<i32>(table + (symbol << 3))) << 1));
}

/** Describes a table: its cells, without any -1 (RFC 8878, 4.1.1). Answers where the description ends. */
export function storeCells(out: u32, cells: u32, log: u32): u32 {
  let bits: u64 = log - MIN_LOG;
  let count: u32 = 4;
  let left: u32 = (1 << log) + 1;
  let at = cells;
  while (left > 1) {
    const share: u32 = load<i16>(at);
    at += 2;
    // A value is below or equal to `left`, and the small ones of those need a bit less.
    const width = 32 - clz(left);
    const spare: u32 = (1 << width) - 1 - left;
    const value = share + 1;
    const half: u32 = 1 << (width - 1);
    bits |= <u64>(value < half ? value : value + spare) << count;
    count += value < spare ? width - 1 : width;
    left -= share;
    if (!share) {
      let zeros: u32 = 0;
      while (!load<i16>(at)) {
        at += 2;
        zeros++;
      }
      for (; zeros >= 3; zeros -= 3) {
        bits |= <u64>3 << count;
        count += 2;
        if (count > 32) {
          store<u32>(out, <u32>bits);
          out += 4;
          bits >>= 32;
          count -= 32;
        }
      }
      bits |= <u64>zeros << count;
      count += 2;
    }
    while (count >= 8) {
      store<u8>(out++, <u8>bits);
      bits >>= 8;
      count -= 8;
    }
  }
  if (count) store<u8>(out++, <u8>bits);
  return out;
}
