import type { AnyNode, Function as FunctionNode, Program } from 'acorn';
import { Aliases } from './aliases.ts';
import type { IsApi } from './builtin-calls.ts';
import { type FoundMap, findMap } from './find-map.ts';
import { findResults, type Results } from './results.ts';
import type { MapShape } from './shape.ts';
import { isArrow, parentsIn, parseCode } from './tree.ts';
import { findUses } from './uses.ts';

/**
 * Reads a compiled transform and says what its `map` does with the record. Undefined if there is no `map` to be read: it is
 * made by a call, or inside of a function. `isApi` tells the API's functions from others of the same name. Pure; a hundred kilobytes take some ten milliseconds.
 */
export function analyseMap(code: string, isApi: IsApi = () => false): MapShape | undefined {
  const program = tryParse(code);
  if (program === undefined) return undefined;
  const found = findMap(program);
  if (found === undefined) return undefined;
  const { fn } = found;
  const parents = parentsIn(fn);
  const aliases = new Aliases(fn, parents);
  const results = findResults({ program, fn, aliases, code, isApi });
  const { uses, barriers, readsAll } = findUses(fn, aliases, results, parents);
  return {
    span: spanOf(found),
    isMethod: found.isMethod,
    name: found.name,
    results: results.literals,
    uses,
    aliases: aliases.all,
    barriers: [...aliases.barriers, ...results.barriers, ...barriers].sort((a, b) => a.at - b.at),
    readsAll: readsAll || aliases.barriers.length > 0,
    isPlain: isPlain(fn, aliases, results),
  };
}

function spanOf({ span: { start, end } }: FoundMap): MapShape['span'] {
  return { start, end };
}

/** Whether a function only names values and returns one literal, so that nothing is left of it without them. */
function isPlain(fn: FunctionNode & AnyNode, { declarations }: Aliases, { literals, drops }: Results): boolean {
  const [literal, ...others] = literals;
  if (drops || literal === undefined || others.length > 0 || literal.inArray) return false;
  if (fn.params.length > 1) return false; // a pattern there may do something
  if (isArrow(fn) && fn.body.type !== 'BlockStatement') return true;
  return (fn.body as { body: AnyNode[] }).body.every((statement, index, all) => {
    return index === all.length - 1 ? statement.type === 'ReturnStatement' : declarations.has(statement);
  });
}

/** The code runs, so what the parser does not understand is newer than the parser. */
function tryParse(code: string): Program | undefined {
  try {
    return parseCode(code);
  } catch {
    return undefined;
  }
}
