import type { ProfileResult } from '../../../../engine/src/protocol/profile.ts';
import { StackedBar, StatTile, StatTiles } from '../../components/figures.tsx';
import { bytesText, countOf, countText, shareText } from '../../components/quantities.ts';
import { rateText } from '../../components/rates.ts';

/** The figures that one looks for first. */
export function ProfileSummary({ profile }: { readonly profile: ProfileResult }) {
  const { records, rows, inputBytes, encodedBytes, speed, dropped, deadLettered } = profile;
  const dead = sum(deadLettered);
  const out = sum(dropped);
  const { shares } = speed;
  return (
    <section class="measure-section" aria-label="Summary">
      <StatTiles>
        <StatTile
          label="One core"
          value={rateText(speed.rowsPerSPerCore)}
          note={`rows/s, ${countText(speed.mbPerSPerCore)} MB/s of input`}
        />
        <StatTile
          label="In the file"
          value={inputBytes > 0 ? shareText(encodedBytes / inputBytes) : '–'}
          note={`${bytesText(inputBytes)} became ${bytesText(encodedBytes)}`}
        />
        <StatTile
          label="A row"
          value={rows > 0 ? `${rateText(encodedBytes / rows)} B` : '–'}
          note={`${countOf(rows, 'row')} of ${countOf(records, 'record')}`}
        />
        {out > 0 && <StatTile label="Dropped" value={countText(out)} note={reasons(dropped)} />}
        {dead > 0 && <StatTile label="Dead letters" value={countText(dead)} note={reasons(deadLettered)} tone="bad" />}
      </StatTiles>
      <div class="profile-stages">
        <StackedBar
          label="Time of a lane"
          parts={[
            { label: 'Scan', value: shares.scan },
            { label: 'Your code', value: shares.transform },
            { label: 'Encode', value: shares.encode },
          ]}
        />
        <ul class="profile-legend">
          {(
            [
              ['Scan', shares.scan],
              ['Your code', shares.transform],
              ['Encode', shares.encode],
            ] as const
          ).map(([name, share], i) => (
            <li key={name}>
              <span class={`swatch series-${i}`} aria-hidden="true" />
              {name} {shareText(share)}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function sum(counts: ProfileResult['dropped']): number {
  return counts.reduce((total, [, count]) => total + count, 0);
}

function reasons(counts: ProfileResult['dropped']): string {
  return counts.map(([reason, count]) => (counts.length > 1 ? `${reason} ${countText(count)}` : reason)).join(', ');
}
