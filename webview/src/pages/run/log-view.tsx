import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../../../engine/src/protocol/run.ts';
import { Select, TextField } from '../../components/controls.tsx';
import { Toolbar } from '../../components/layout.tsx';
import { clockText } from './clock-text.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof levels)[number];

/** As near to the end as this, the log follows what comes. */
const FOLLOW_PX = 24;

/** What the run logged, newest last; follows its end until somebody scrolls up. */
export function LogView({ logs }: { readonly logs: readonly LogLine[] }) {
  const [level, setLevel] = useState<Level>('info');
  const [text, setText] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const isFollowing = useRef(true);
  const shown = logs.filter((line) => isShown(line, level, text.toLowerCase()));
  useLayoutEffect(() => {
    if (isFollowing.current) list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [shown.length, shown.at(-1)?.atMs]);
  const onScroll = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: { currentTarget: HTMLElement }) => {
    isFollowing.current = scrollHeight - scrollTop - clientHeight < FOLLOW_PX;
  };
  return (
    <div class="run-log">
      <Toolbar label="Log filters">
        <Select
          label="Least level"
          value={level}
          options={levels.map((value) => ({ value, label: value === 'debug' ? 'everything' : `${value} and up` }))}
          onChange={setLevel}
        />
        <TextField
          label="Find in the log"
          type="search"
          icon="search"
          placeholder="Filter"
          value={text}
          onInput={setText}
        />
      </Toolbar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it, too */}
      <ol class="run-log-lines mono" ref={list} onScroll={onScroll} tabIndex={0} aria-label="Log lines">
        {shown.map(({ atMs, level: of, event, text: said }, at) => (
          <li key={at} class={`run-log-line run-log-${of}`}>
            <time class="dim">{clockText(atMs)}</time>
            <span class="run-log-level">{of}</span>
            <span class="run-log-event">{event}</span>
            <span class="run-log-text">{said}</span>
          </li>
        ))}
        {shown.length === 0 && <li class="dim">Nothing was logged that fits the filter.</li>}
      </ol>
    </div>
  );
}

function isShown({ level, event, text }: LogLine, least: Level, wanted: string): boolean {
  if (levels.indexOf(level) < levels.indexOf(least)) return false;
  return wanted === '' || `${event} ${text}`.toLowerCase().includes(wanted);
}
