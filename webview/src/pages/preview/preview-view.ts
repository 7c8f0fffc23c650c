import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { PreviewResult } from '../../../../engine/src/protocol/preview.ts';
import { rowHeightPx } from '../../grid/row-window.ts';
import type { GridSelection } from '../../grid/source.ts';
import { lineOf, linesOf, type PreviewLines } from './preview-lines.ts';
import { type PreviewFilter, type PreviewModel, previewModel, recordTexts } from './preview-model.ts';

/** What is shown of a preview, and where in it one is. It outlives results: typing must not move what is looked at. */
export interface PreviewView {
  readonly model: ReadonlySignal<PreviewModel | undefined>;
  /** Those that filter and search leave. */
  readonly lines: ReadonlySignal<PreviewLines>;
  readonly filter: ReadonlySignal<PreviewFilter>;
  readonly search: ReadonlySignal<string>;
  /** Of both grids, in pixels. */
  readonly top: Signal<number>;
  readonly inputSelection: Signal<GridSelection | undefined>;
  readonly outputSelection: Signal<GridSelection | undefined>;
  /** Takes over a newer result; nothing happens where it says the same. */
  accept(result: PreviewResult): void;
  show(filter: PreviewFilter, search: string): void;
}

const noLines: PreviewLines = { length: 0, record: new Int32Array(), row: new Int32Array(), part: new Int32Array() };

/** Which records are shown, as the page remembers it. */
export interface ShownRecords {
  readonly filter: PreviewFilter;
  readonly search: string;
}

/** Begins with `initial`; `keep` is told of what is chosen instead. */
export function createPreviewView(
  initial: ShownRecords = { filter: 'all', search: '' },
  keep: (shown: ShownRecords) => void = () => {},
): PreviewView {
  const model = signal<PreviewModel | undefined>(undefined);
  const lines = signal(noLines);
  const filter = signal(initial.filter);
  const search = signal(initial.search);
  const top = signal(0);
  const inputSelection = signal<GridSelection | undefined>(undefined);
  const outputSelection = signal<GridSelection | undefined>(undefined);
  let texts: readonly string[] | undefined;

  function refresh(): void {
    const next = model.value;
    if (next === undefined) return;
    const before = lines.value;
    const wanted = search.value.trim().toLowerCase();
    if (wanted !== '') texts ??= recordTexts(next);
    const passes = filterOf(next, filter.value);
    const after = linesOf(
      next.lines,
      (record) => passes(record) && (wanted === '' || texts![record]!.includes(wanted)),
    );
    top.value = keptTop(top.value, before, after);
    for (const selection of [inputSelection, outputSelection]) {
      selection.value = keptSelection(selection.value, before, after);
    }
    lines.value = after;
  }

  return {
    ...{ model, lines, filter, search, top, inputSelection, outputSelection },
    accept(result) {
      if (model.value !== undefined && saysTheSame(model.value.result, result)) return;
      batch(() => {
        const before = model.value;
        model.value = previewModel(result);
        texts = undefined;
        refresh();
        inputSelection.value = keptColumn(inputSelection.value, before?.input.fields, model.value.input.fields);
        outputSelection.value = keptColumn(outputSelection.value, before?.output.fields, model.value.output.fields);
      });
    },
    show(nextFilter, nextSearch) {
      batch(() => {
        filter.value = nextFilter;
        search.value = nextSearch;
        refresh();
      });
      keep({ filter: nextFilter, search: nextSearch });
    },
  };
}

function filterOf(model: PreviewModel, filter: PreviewFilter): (record: number) => boolean {
  if (filter === 'changed') return (record) => model.isChanged[record] === 1;
  if (filter === 'dropped') return (record) => model.dropReasons.has(record);
  if (filter === 'dead-lettered') return (record) => model.deadLetters.has(record);
  return () => true;
}

/** The record that is topmost stays topmost, however many rows those before it give now. */
export function keptTop(top: number, before: PreviewLines, after: PreviewLines): number {
  const line = Math.floor(top / rowHeightPx);
  if (line === 0 || line >= before.length || after.length === 0) return top;
  const moved = lineOf(after, before.record[line]!, before.part[line]!);
  return top + (moved - line) * rowHeightPx;
}

function keptSelection(
  selection: GridSelection | undefined,
  before: PreviewLines,
  after: PreviewLines,
): GridSelection | undefined {
  if (selection === undefined || selection.row >= before.length || after.length === 0) return undefined;
  const record = before.record[selection.row]!;
  const row = lineOf(after, record, before.part[selection.row]!);
  return after.record[row] === record ? { row, column: selection.column } : undefined;
}

function keptColumn(
  selection: GridSelection | undefined,
  before: PreviewResult['input']['fields'] | undefined,
  after: PreviewResult['input']['fields'],
): GridSelection | undefined {
  if (selection === undefined || before === undefined) return selection;
  const column = after.findIndex(({ name }) => name === before[selection.column]?.name);
  return column === -1 ? undefined : { ...selection, column };
}

/** A state is shown again whenever anything of it changes; a result that is the same costs no work then, and moves nothing. */
function saysTheSame(a: PreviewResult, b: PreviewResult): boolean {
  return (
    a === b ||
    (areEqual(a.input.arrow, b.input.arrow) &&
      areEqual(a.output.arrow, b.output.arrow) &&
      areEqual(a.outcomes, b.outcomes) &&
      areEqual(a.origin, b.origin) &&
      textOf(a) === textOf(b))
  );
}

/** Of all that is not numbers by the thousand. */
function textOf(result: PreviewResult): string {
  const { input, output, inputRow, origin, outcomes, ...rest } = result;
  return JSON.stringify([input.fields, output.fields, rest]);
}

function areEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
