import { effect, type Signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { SplitPane, Tabs } from '../../components/layout.tsx';
import { countOf } from '../../components/quantities.ts';
import { EmptyState } from '../../components/states.tsx';
import { CellDetails } from '../../grid/cell-details.tsx';
import { DataGrid } from '../../grid/data-grid.tsx';
import type { CellAddress, GridSelection, GridSource } from '../../grid/source.ts';
import { useSize } from '../../hooks/use-size.ts';
import { LetterDetails } from './letter-details.tsx';
import type { PreviewLines } from './preview-lines.ts';
import type { PreviewModel } from './preview-model.ts';
import { inputSource, outputSource, type Reveal } from './preview-sources.tsx';
import type { PreviewView } from './preview-view.ts';

/** Wide enough for both sides beside each other; else one is above the other, and where that is too low, one is shown at a time. */
const besidePx = 640;
const aboveHeightPx = 420;

type Side = 'input' | 'output';

export interface PreviewGridsProps {
  readonly view: PreviewView;
  readonly model: PreviewModel;
  readonly reveal?: Reveal;
  readonly copy: (text: string) => void;
}

/** Both sides, which scroll as one, and the whole of a cell below them. */
export function PreviewGrids({ view, model, reveal, copy }: PreviewGridsProps) {
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(box);
  const isBeside = width >= besidePx;
  const isSingle = !isBeside && height < aboveHeightPx;
  const [side, setSide] = useState<Side>('output');
  const [opened, setOpened] = useState<Side>();
  const lines = view.lines.value;
  const left = useMemo(() => inputSource(model, lines), [model, lines]);
  const right = useMemo(() => outputSource(model, lines, reveal), [model, lines]);
  useOneSelection(view.inputSelection, view.outputSelection);

  const grids: Readonly<Record<Side, GridOfSide>> = {
    input: {
      source: left,
      selection: view.inputSelection,
      markedRow: view.outputSelection.value?.row,
      note: countOf(model.result.records, 'record'),
    },
    output: {
      source: right,
      selection: view.outputSelection,
      markedRow: view.inputSelection.value?.row,
      note: countOf(model.output.length, 'row'),
    },
  };
  const draw = (of: Side) => (
    <Pane
      {...grids[of]}
      label={of === 'input' ? 'Input' : 'Output'}
      top={view.top}
      hasTitle={!isSingle}
      onOpen={() => setOpened(of)}
    />
  );
  const both = isSingle ? (
    <div class="preview-side">
      <Tabs
        label="Side"
        selected={side}
        tabs={[
          { id: 'input', label: 'Input', count: grids.input.note },
          { id: 'output', label: 'Output', count: grids.output.note },
        ]}
        onSelect={setSide}
      />
      {draw(side)}
    </div>
  ) : (
    <SplitPane
      key={isBeside}
      direction={isBeside ? 'columns' : 'rows'}
      label="Between input and output"
      first={draw('input')}
      second={draw('output')}
    />
  );
  const details = opened && (
    <Details {...{ model, reveal, copy }} lines={lines} grid={grids[opened]} onClose={() => setOpened(undefined)} />
  );
  const cell = opened && grids[opened].selection.value;
  const isOpen = cell !== undefined && hasDetails(model, lines.record[cell.row]!);
  return (
    <div class="preview-grids" ref={box}>
      {lines.length === 0 && (
        <EmptyState icon="filter" title="No record is like that">
          Other records are there: change the filter or the search.
        </EmptyState>
      )}
      {lines.length > 0 && (
        <SplitPane
          direction="rows"
          share={0.7}
          label="Above the value"
          first={both}
          second={isOpen ? details : undefined}
        />
      )}
    </div>
  );
}

/** Of a dropped record the grid says all. */
function hasDetails(model: PreviewModel, record: number): boolean {
  return !model.dropReasons.has(record);
}

interface DetailsProps {
  readonly model: PreviewModel;
  readonly lines: PreviewLines;
  readonly grid: GridOfSide;
  readonly reveal?: Reveal;
  readonly copy: (text: string) => void;
  readonly onClose: () => void;
}

/** The whole of a cell; of a record that is dead-lettered, why. */
function Details({ model, lines, grid, reveal, copy, onClose }: DetailsProps) {
  const cell = grid.selection.value;
  if (cell === undefined) return null;
  const record = lines.record[cell.row]!;
  const letter = model.deadLetters.get(record) ?? model.passedThrough.get(record);
  if (letter !== undefined) return <LetterDetails {...{ letter, reveal, onClose }} />;
  return <CellDetails source={grid.source} cell={cell} onCopy={copy} onClose={onClose} />;
}

interface GridOfSide {
  readonly source: GridSource;
  readonly selection: Signal<GridSelection | undefined>;
  readonly note: string;
  /** What is selected on the other side. */
  readonly markedRow?: number;
}

interface PaneProps extends GridOfSide {
  readonly label: string;
  readonly top: Signal<number>;
  readonly hasTitle: boolean;
  readonly onOpen: (cell: CellAddress) => void;
}

function Pane({ source, selection, markedRow, note, label, top, hasTitle, onOpen }: PaneProps) {
  return (
    <section class="preview-pane" aria-label={label}>
      {hasTitle && (
        <h2 class="preview-pane-title">
          {label} <span class="dim">{note}</span>
        </h2>
      )}
      <div class="preview-grid">
        <DataGrid {...{ source, label, top, selection, markedRow, onOpen }} />
      </div>
    </section>
  );
}

/** A selection is of one side: taking one lets go of the other. */
function useOneSelection(a: Signal<GridSelection | undefined>, b: Signal<GridSelection | undefined>): void {
  useEffect(() => {
    const yieldTo = (mine: typeof a, other: typeof a) =>
      effect(() => {
        if (mine.value !== undefined && other.peek() !== undefined) other.value = undefined;
      });
    const stops = [yieldTo(a, b), yieldTo(b, a)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [a, b]);
}
