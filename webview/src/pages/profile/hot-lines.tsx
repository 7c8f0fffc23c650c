import { useEffect, useState } from 'preact/hooks';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { Place } from '../../../../engine/src/protocol/places.ts';
import type { LineCost } from '../../../../engine/src/protocol/profile.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Bar } from '../../components/figures.tsx';
import { PlaceLink } from '../../components/place-link.tsx';
import { shareText } from '../../components/quantities.ts';

const SHOWN = 12;

export interface HotLinesProps {
  readonly lines: readonly LineCost[];
  readonly studio: Peer<StudioMethods>;
  readonly reveal?: (place: Place) => void;
}

/** The user's lines by the time that is spent in them. */
export function HotLines({ lines, studio, reveal }: HotLinesProps) {
  const shown = lines.slice(0, SHOWN);
  const texts = useTexts(
    studio,
    shown.map(({ file }) => file),
  );
  if (shown.length === 0) return null;
  return (
    <section class="measure-section" aria-labelledby="profile-lines">
      <h2 id="profile-lines">
        Your code, by line <span class="dim">share of the time in it</span>
      </h2>
      <ul class="hot-lines">
        {shown.map((line) => (
          <li key={`${line.file}:${line.line}`}>
            <PlaceLink place={line} reveal={reveal} />
            <Bar
              share={line.share}
              label={`line ${line.line}: ${shareText(line.share)}`}
              tone={line.share >= 0.4 ? 'warning' : 'neutral'}
            />
            <span class="number">{shareText(line.share)}</span>
            <code class="hot-line-code">{texts.get(line.file)?.[line.line - 1]?.trim()}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Lines of files, as far as they can be read: what is imported from elsewhere is only named. */
function useTexts(studio: Peer<StudioMethods>, files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const [texts, setTexts] = useState<ReadonlyMap<string, readonly string[]>>(new Map());
  const names = [...new Set(files)];
  useEffect(() => {
    let isCurrent = true;
    const reads = names.map(async (file) => {
      const { text } = await studio.request('workspace.read', { file });
      return [file, text.split('\n')] as const;
    });
    void Promise.allSettled(reads).then((settled) => {
      if (!isCurrent) return;
      setTexts(new Map(settled.flatMap((read) => (read.status === 'fulfilled' ? [read.value] : []))));
    });
    return () => {
      isCurrent = false;
    };
  }, [studio, names.join('\n')]);
  return texts;
}
