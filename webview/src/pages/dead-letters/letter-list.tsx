import { useRef } from 'preact/hooks';
import type { DeadLetterInfo } from '../../../../engine/src/protocol/dead-letters.ts';
import { Button } from '../../components/controls.tsx';
import { Badge } from '../../components/layout.tsx';
import { countText } from '../../components/quantities.ts';

export interface LetterListProps {
  readonly letters: readonly DeadLetterInfo[];
  readonly selected: DeadLetterInfo | undefined;
  readonly onSelect: (letter: DeadLetterInfo) => void;
  readonly total: number;
  readonly more?: () => void;
}

/** Letters, newest first; the arrow keys move through them. */
export function LetterList({ letters, selected, onSelect, total, more }: LetterListProps) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = Math.min(letters.length - 1, Math.max(0, letters.indexOf(selected!) + step));
    onSelect(letters[at]!);
    (list.current?.children[at] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class="letter-list">
      <div role="listbox" aria-label="Dead letters" ref={list} onKeyDown={onKeyDown}>
        {letters.map((letter) => (
          <div
            key={letter.id}
            role="option"
            class="letter"
            aria-selected={letter === selected}
            tabIndex={letter === selected ? 0 : -1}
            onClick={() => onSelect(letter)}
            onKeyDown={({ key }) => key === 'Enter' && onSelect(letter)}
          >
            <div class="letter-head">
              <span class="letter-reason">{letter.reason}</span>
              {letter.field !== undefined && <code>{letter.field}</code>}
              {letter.replayedAtMs !== undefined && <Badge tone="good">replayed</Badge>}
              <time class="dim">{timeText(letter.atMs)}</time>
            </div>
            <div class="letter-message dim" title={letter.message}>
              {letter.message}
            </div>
          </div>
        ))}
      </div>
      {more !== undefined && (
        <div class="letter-more">
          <Button isSecondary onClick={more}>
            More
          </Button>
          <span class="dim">
            {countText(letters.length)} of {countText(total)}
          </span>
        </div>
      )}
    </div>
  );
}

/** `21 Nov, 11:03:27`; nothing where nobody knows. */
export function timeText(atMs: number): string {
  if (atMs === 0) return '';
  const time = new Date(atMs);
  const day = time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return `${day}, ${time.toLocaleTimeString('en-GB')}`;
}
