import type { BatchView } from '../../../../engine/src/protocol/run.ts';
import { Bar } from '../../components/figures.tsx';
import { bytesText, countText, durationText } from '../../components/quantities.ts';
import { EmptyState } from '../../components/states.tsx';

/** Files in the making, those nearest to being written first: how far by size, and by age. */
export function BatchList({
  batches,
  openFiles,
}: {
  readonly batches: readonly BatchView[];
  readonly openFiles: number;
}) {
  if (batches.length === 0) {
    return (
      <EmptyState icon="inbox" title="No file is open">
        Rows gather here, one file a partition, until it is large enough or old enough.
      </EmptyState>
    );
  }
  return (
    <table class="run-table run-batches">
      <thead>
        <tr>
          <th scope="col">Partition</th>
          <th scope="col">Size</th>
          <th scope="col">Age</th>
          <th scope="col" class="number">
            Rows sealed
          </th>
        </tr>
      </thead>
      <tbody>
        {batches.map(({ sink, partition, rows, bytes, targetBytes, ageMs, maxAgeMs }) => (
          <tr key={`${sink}/${partition}`}>
            <td class="mono run-partition" title={`${sink}: ${partition}`}>
              {partition === '' ? 'all rows' : partition}
            </td>
            <td>
              <Bar share={bytes / targetBytes} label={`${bytesText(bytes)} of ${bytesText(targetBytes)}`} />
              <span class="run-bar-text dim">
                {bytesText(bytes)} of {bytesText(targetBytes)}
              </span>
            </td>
            <td>
              <Bar share={ageMs / maxAgeMs} label={`${durationText(ageMs)} of ${durationText(maxAgeMs)}`} />
              <span class="run-bar-text dim">
                {durationText(ageMs)} of {durationText(maxAgeMs)}
              </span>
            </td>
            <td class="number">{countText(rows)}</td>
          </tr>
        ))}
      </tbody>
      {openFiles > batches.length && (
        <caption class="dim">{countText(openFiles - batches.length)} more are open.</caption>
      )}
    </table>
  );
}
