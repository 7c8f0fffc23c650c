import { useState } from 'preact/hooks';
import { Bar } from '../../components/figures.tsx';
import { bytesText, countText, shareText } from '../../components/quantities.ts';
import type { PictureProps } from './layout-picture.tsx';

/** Rows of a table that are drawn at once. */
const MAX_LISTED = 300;

/** The columns by their bytes: what costs storage and scanning, and how it is encoded. */
export function ColumnTable({ summary, selected, select }: PictureProps) {
  const [wanted, setWanted] = useState('');
  const { columns } = summary;
  const total = columns.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0) || 1;
  const most = Math.max(1, ...columns.map(({ compressedBytes }) => compressedBytes));
  const order = columns
    .map((column, i) => ({ column, i }))
    .filter(({ column }) => column.path.toLowerCase().includes(wanted.toLowerCase()))
    .sort((a, b) => b.column.compressedBytes - a.column.compressedBytes);
  return (
    <div class="column-table">
      {columns.length > 20 && (
        <input
          class="parquet-input"
          aria-label="Find a column"
          placeholder={`find among ${countText(columns.length)} columns`}
          value={wanted}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <div class="scrolls-sideways">
        <table>
          <thead>
            <tr>
              <th>Column</th>
              <th>Type</th>
              <th class="number">Size</th>
              <th class="column-share">Share</th>
              <th class="number">Ratio</th>
              <th class="number">Nulls</th>
              <th>Encodings</th>
              <th>Helps to skip</th>
            </tr>
          </thead>
          <tbody>
            {order.slice(0, MAX_LISTED).map(({ column, i }) => (
              <tr key={column.path} class={i === selected.column ? 'is-selected' : ''}>
                <td>
                  <button type="button" class="link" onClick={() => select({ ...selected, column: i })}>
                    {column.path}
                  </button>
                </td>
                <td class="dim" title={column.physicalType}>
                  {column.logicalType ?? column.physicalType.toLowerCase()}
                </td>
                <td class="number">{bytesText(column.compressedBytes)}</td>
                <td class="column-share">
                  <Bar
                    share={column.compressedBytes / most}
                    label={`${column.path}: ${shareText(column.compressedBytes / total)} of the file`}
                  />
                </td>
                <td class="number">{(column.uncompressedBytes / Math.max(1, column.compressedBytes)).toFixed(1)}×</td>
                <td class="number">{column.nulls === undefined ? '?' : countText(column.nulls)}</td>
                <td class="dim">{[column.codec, ...column.encodings.map(shortEncoding)].join(' · ')}</td>
                <td class="dim">
                  {[column.hasPageIndex && 'page index', column.hasBloom && 'bloom filter'].filter(Boolean).join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {order.length > MAX_LISTED && (
        <p class="dim">
          The {MAX_LISTED} largest of {countText(order.length)} columns.
        </p>
      )}
      <KeyValues pairs={summary.keyValues} />
    </div>
  );
}

function shortEncoding(encoding: string): string {
  return encoding.toLowerCase().replaceAll('_', ' ');
}

function KeyValues({ pairs }: { readonly pairs: PictureProps['summary']['keyValues'] }) {
  if (pairs.length === 0) return null;
  return (
    <details class="key-values">
      <summary>Metadata of the writer ({pairs.length})</summary>
      <dl>
        {pairs.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd class="mono">{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
