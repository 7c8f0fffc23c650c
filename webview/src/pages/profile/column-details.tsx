import type { ColumnProfile, EncodingTrial } from '../../../../engine/src/protocol/profile.ts';
import { BarList } from '../../components/bar-list.tsx';
import { Histogram } from '../../components/figures.tsx';
import { bytesText, countText, shareText } from '../../components/quantities.ts';

/** Frequent values, the distribution, and the column under every encoding and codec. */
export function ColumnDetails({ column, rows }: { readonly column: ColumnProfile; readonly rows: number }) {
  const { name, top, histogram, trials, plainBytes } = column;
  const most = top[0]?.[1] ?? 1;
  return (
    <div class="profile-details-grid">
      {top.length > 0 && (
        <div>
          <h3>Frequent values</h3>
          <BarList
            label={`Frequent values of ${name}`}
            lines={top.map(([value, count]) => ({
              name: <span class="mono">{value === '' ? '""' : value}</span>,
              share: count / most,
              value: countText(count),
              note: shareText(count / Math.max(1, rows)),
            }))}
          />
        </div>
      )}
      {histogram !== undefined && (
        <div>
          <h3>{histogram.of === 'length' ? 'Length in bytes' : 'Distribution'}</h3>
          <Histogram label={`Distribution of ${name}`} counts={histogram.counts} edges={histogram.edges} height={90} />
        </div>
      )}
      {trials.length > 0 && (
        <div class="profile-encodings">
          <h3>
            Encodings <span class="dim">{bytesText(plainBytes)} before</span>
          </h3>
          <TrialTable trials={trials} name={name} />
        </div>
      )}
    </div>
  );
}

/** Encodings as lines, codecs as columns; the darker, the smaller. */
function TrialTable({ trials, name }: { readonly trials: readonly EncodingTrial[]; readonly name: string }) {
  const codecs = [...new Set(trials.map(({ codec }) => codec))];
  const encodings = [...new Set(trials.map(({ encoding }) => encoding))];
  const bytes = trials.map((trial) => trial.bytes);
  const [least, most] = [Math.min(...bytes), Math.max(...bytes)];
  return (
    <div class="profile-table-box">
      <table class="profile-trials" aria-label={`Bytes of ${name} by encoding and codec`}>
        <thead>
          <tr>
            <td />
            {codecs.map((codec) => (
              <th scope="col" class="trial-codec" key={codec}>
                {codec}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {encodings.map((encoding) => (
            <tr key={encoding}>
              <th scope="row" class="trial-name">
                {encoding}
              </th>
              {codecs.map((codec) => {
                const trial = trials.find((each) => each.codec === codec && each.encoding === encoding);
                return <TrialCell key={codec} {...{ trial, least, most }} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface TrialCellProps {
  readonly trial?: EncodingTrial;
  readonly least: number;
  readonly most: number;
}

function TrialCell({ trial, least, most }: TrialCellProps) {
  if (trial === undefined) return <td />;
  const smallness = most === least ? 0 : (most - trial.bytes) / (most - least);
  const state = [trial.isCurrent && 'now', trial.bytes === least && 'smallest'].filter((each) => each !== false);
  return (
    <td
      class={`trial-bytes ${state.map((each) => `is-${each}`).join(' ')}`}
      style={{ background: `color-mix(in srgb, var(--good) ${(smallness ** 2 * 28).toFixed(1)}%, transparent)` }}
      title={state.join(', ')}
    >
      {bytesText(trial.bytes)}
      {state.length > 0 && <span class="unseen"> {state.join(', ')}</span>}
    </td>
  );
}
