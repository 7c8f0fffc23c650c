import { useEffect, useState } from 'preact/hooks';
import { IconButton } from '../components/controls.tsx';
import { Toolbar } from '../components/layout.tsx';
import { indented } from './indent-json.ts';
import type { CellAddress, CellKind, GridSource } from './source.ts';

export interface CellDetailsProps {
  readonly source: GridSource;
  readonly cell: CellAddress;
  readonly onCopy: (text: string) => void;
  readonly onClose: () => void;
}

/** The whole of one cell: nested values over lines, long texts in full. */
export function CellDetails({ source, cell, onCopy, onClose }: CellDetailsProps) {
  const column = source.columns[cell.column];
  const text = useFullText(source, cell);
  return (
    <section class="cell-details" aria-label={`Value of ${column?.name ?? ''}`}>
      <Toolbar
        label="Value"
        end={
          <>
            <IconButton icon="copy" label="Copy value" onClick={() => onCopy(text ?? '')} />
            <IconButton icon="close" label="Close" onClick={onClose} />
          </>
        }
      >
        <strong>{column?.name}</strong>
        <span class="dim">{column?.type}</span>
        <span class="dim">row {source.rowLabel?.(cell.row) ?? cell.row + 1}</span>
      </Toolbar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keys */}
      <pre class="cell-details-text" tabIndex={0}>
        {text ?? 'Loading …'}
      </pre>
    </section>
  );
}

function useFullText(source: GridSource, { row, column }: CellAddress): string | undefined {
  const [text, setText] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    const shown = source.cell(row, column);
    const given = shown?.isCut || shown?.kind === 'nested' ? source.fullText?.(row, column) : undefined;
    setText(typeof given === 'object' ? undefined : shownText(given ?? shown?.text ?? '', shown?.kind));
    if (typeof given === 'object') {
      given.then(
        (whole) => isCurrent && setText(shownText(whole, shown?.kind)),
        (error) => isCurrent && setText(`The value could not be read: ${(error as Error).message}`),
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [source, row, column]);
  return text;
}

function shownText(text: string, kind: CellKind | undefined): string {
  return kind === 'nested' ? indented(text) : text;
}
