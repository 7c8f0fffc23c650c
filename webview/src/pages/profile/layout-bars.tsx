import type { ProfileResult } from '../../../../engine/src/protocol/profile.ts';
import { BarList } from '../../components/bar-list.tsx';
import { bytesText, countOf, countText, shareText } from '../../components/quantities.ts';

const SHOWN_PARTITIONS = 8;

/** The whole file in each codec that the reader can read. */
export function CodecBars({ codecs }: Pick<ProfileResult, 'codecs'>) {
  if (codecs.length === 0) return null;
  const most = Math.max(...codecs.map(({ bytes }) => bytes));
  const now = codecs.find(({ isCurrent }) => isCurrent);
  return (
    <section class="measure-section" aria-labelledby="profile-codecs">
      <h2 id="profile-codecs">By codec</h2>
      <BarList
        label="Bytes of the file by codec"
        lines={codecs.map(({ codec, bytes, isCurrent }) => ({
          name: isCurrent ? <strong>{codec}</strong> : codec,
          share: bytes / most,
          value: bytesText(bytes),
          note: isCurrent ? 'now' : now && changeText(bytes / now.bytes - 1),
          tone: now && bytes < now.bytes * 0.85 ? 'good' : 'neutral',
        }))}
      />
    </section>
  );
}

/** Bytes a row by how many rows share a row group. */
export function RowGroupBars({ trials }: { readonly trials: ProfileResult['rowGroups'] }) {
  if (trials.length < 2) return null;
  const most = Math.max(...trials.map(({ bytesPerRow }) => bytesPerRow));
  return (
    <section class="measure-section" aria-labelledby="profile-groups">
      <h2 id="profile-groups">
        By row group <span class="dim">bytes a row</span>
      </h2>
      <BarList
        label="Bytes a row by rows in a row group"
        lines={trials.map(({ rows, bytesPerRow }) => ({
          name: <span class="profile-rows">{countOf(rows, 'row')}</span>,
          share: bytesPerRow / most,
          value: bytesPerRow.toFixed(bytesPerRow < 100 ? 1 : 0),
        }))}
      />
    </section>
  );
}

/** How rows lie in partitions. */
export function PartitionBars({ partitions, partitionCount, rows }: ProfileResult) {
  if (partitionCount < 2) return null;
  const most = partitions[0]?.[1] ?? 1;
  const rest = partitionCount - SHOWN_PARTITIONS;
  return (
    <section class="measure-section" aria-labelledby="profile-partitions">
      <h2 id="profile-partitions">
        Partitions <span class="dim">{countText(partitionCount)} in the samples</span>
      </h2>
      <BarList
        label="Rows a partition"
        lines={partitions.slice(0, SHOWN_PARTITIONS).map(([path, count]) => ({
          name: <span title={path}>{path}</span>,
          share: count / most,
          value: countText(count),
          note: shareText(count / Math.max(1, rows)),
        }))}
      />
      {rest > 0 && <p class="dim">and {countText(rest)} more</p>}
    </section>
  );
}

function changeText(change: number): string {
  return `${change > 0 ? '+' : '−'}${Math.abs(change * 100).toFixed(0)} %`;
}
