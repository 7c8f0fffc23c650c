import type { FileView } from '../../../../engine/src/protocol/run.ts';
import { bytesText, countText } from '../../components/quantities.ts';
import { EmptyState } from '../../components/states.tsx';
import { clockText } from './clock-text.ts';

export interface FileListProps {
  readonly files: readonly FileView[];
  /** How many were written in all; only the newest are listed. */
  readonly written: number;
  readonly open: (uri: string) => void;
}

/** Files that are durable, newest first; each opens in the Parquet viewer. */
export function FileList({ files, written, open }: FileListProps) {
  if (files.length === 0) return <EmptyState icon="file" title="No file was written yet" />;
  return (
    <table class="run-table run-files">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">File</th>
          <th scope="col" class="number">
            Rows
          </th>
          <th scope="col" class="number">
            Size
          </th>
          <th scope="col">Closed by</th>
        </tr>
      </thead>
      <tbody>
        {files.map(({ uri, atMs, rows, bytes, closedBy }) => (
          <tr key={uri}>
            <td class="dim">{clockText(atMs)}</td>
            <td class="run-file">
              <button type="button" class="link mono" title={uri} onClick={() => open(uri)}>
                {shortUri(uri)}
              </button>
            </td>
            <td class="number">{countText(rows)}</td>
            <td class="number">{bytesText(bytes)}</td>
            <td class="dim">{closedBy}</td>
          </tr>
        ))}
      </tbody>
      {written > files.length && (
        <caption class="dim">{countText(written - files.length)} older ones are not listed.</caption>
      )}
    </table>
  );
}

/** Without the bucket, which is the same for all. */
function shortUri(uri: string): string {
  return uri.replace(/^s3:\/\/[^/]+\//, '');
}
