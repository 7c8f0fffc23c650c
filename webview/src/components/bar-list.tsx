import type { ComponentChildren } from 'preact';
import { Bar, type Tone } from './figures.tsx';

export interface BarLine {
  readonly name: ComponentChildren;
  /** Of the longest bar, from 0 to 1. */
  readonly share: number;
  readonly value: string;
  /** A few words behind the value. */
  readonly note?: ComponentChildren;
  readonly tone?: Tone;
  /** What the bar says for who cannot see it. Default: the value. */
  readonly label?: string;
}

/** Names, bars and values below each other, aligned. */
export function BarList({ label, lines }: { readonly label: string; readonly lines: readonly BarLine[] }) {
  return (
    <ul class="bar-list" aria-label={label}>
      {lines.map(({ name, share, value, note, tone, label: said }, i) => (
        <li key={i}>
          <span class="bar-list-name">{name}</span>
          <Bar share={share} label={said ?? value} tone={tone} />
          <span class="bar-list-value">{value}</span>
          <span class="bar-list-note dim">{note}</span>
        </li>
      ))}
    </ul>
  );
}
