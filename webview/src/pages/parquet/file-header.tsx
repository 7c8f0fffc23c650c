import type { ParquetSummary } from '../../../../engine/src/protocol/parquet.ts';
import { Icon } from '../../components/icon.tsx';
import { bytesText, countOf } from '../../components/quantities.ts';

/** The file in a line, and below it what a reader should know. */
export function FileHeader({ summary }: { readonly summary: ParquetSummary }) {
  const { uri, rows, sizeBytes, rowGroups, fields, columns, createdBy, notes } = summary;
  const codecs = [...new Set(columns.flatMap(({ codec }) => codec.split(', ')))].filter(Boolean);
  const facts = [
    countOf(rows, 'row'),
    countOf(fields.length, 'column'),
    bytesText(sizeBytes),
    countOf(rowGroups.length, 'row group'),
    codecs.slice(0, 3).join(', '),
  ].filter(Boolean);
  return (
    <header class="parquet-header">
      <h1 title={uri}>{uri.slice(Math.max(uri.lastIndexOf('/'), uri.lastIndexOf('\\')) + 1)}</h1>
      <ul class="parquet-facts">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
        {createdBy !== undefined && (
          <li class="dim parquet-writer" title={createdBy}>
            {createdBy}
          </li>
        )}
      </ul>
      {notes.map((note) => (
        <p class="parquet-note" key={note}>
          <Icon name="info" /> {note}
        </p>
      ))}
    </header>
  );
}
