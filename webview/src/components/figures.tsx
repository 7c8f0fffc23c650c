import type { ComponentChildren } from 'preact';

/** Whether something is as it should be. */
export type Tone = 'neutral' | 'good' | 'warning' | 'bad';

/** A number that counts, with its name above and what it means below. */
export function StatTile(props: {
  readonly label: string;
  readonly value: ComponentChildren;
  /** A few words: "of 1,000 records". */
  readonly note?: ComponentChildren;
  readonly tone?: Tone;
}) {
  return (
    <div class={`tile tile-${props.tone ?? 'neutral'}`}>
      <div class="tile-label">{props.label}</div>
      <div class="tile-value">{props.value}</div>
      {props.note !== undefined && <div class="tile-note">{props.note}</div>}
    </div>
  );
}

/** Tiles side by side, as many as fit. */
export function StatTiles({ children }: { readonly children: ComponentChildren }) {
  return <div class="tiles">{children}</div>;
}

/** A share of a whole. */
export function Bar(props: {
  /** From 0 to 1; beyond it the bar is full. */
  readonly share: number;
  /** What it says, for who cannot see it: "country: 12 of 40". */
  readonly label: string;
  readonly tone?: Tone;
}) {
  return (
    <div class={`bar bar-${props.tone ?? 'neutral'}`} role="img" aria-label={props.label} title={props.label}>
      <div class="bar-part" style={{ width: `${Math.min(1, Math.max(0, props.share)) * 100}%` }} />
    </div>
  );
}

export interface BarPart {
  readonly label: string;
  /** Of what all parts add up to, in any unit. */
  readonly value: number;
}

/** Parts of a whole, in the colours of charts and in their order. */
export function StackedBar(props: { readonly label: string; readonly parts: readonly BarPart[] }) {
  const total = props.parts.reduce((sum, { value }) => sum + value, 0) || 1;
  const said = props.parts.map(({ label, value }) => `${label} ${percentText(value / total)}`).join(', ');
  return (
    <div class="bar bar-stacked" role="img" aria-label={`${props.label}: ${said}`}>
      {props.parts.map(({ label, value }, i) => (
        <div
          class={`bar-part series-${i % 6}`}
          key={label}
          title={`${label}: ${percentText(value / total)}`}
          style={{ width: `${(value / total) * 100}%` }}
        />
      ))}
    </div>
  );
}

export interface HistogramProps {
  readonly label: string;
  readonly counts: readonly number[];
  /** Texts of the edges, one more than counts; the first and the last are drawn below. */
  readonly edges?: readonly string[];
  /** In pixels. Default: 40. */
  readonly height?: number;
}

/** How often values fall between edges. */
export function Histogram({ label, counts, edges, height = 40 }: HistogramProps) {
  const most = Math.max(1, ...counts);
  return (
    <figure class="histogram" aria-label={label}>
      <div class="histogram-bars" style={{ height: `${height}px` }}>
        {counts.map((count, i) => (
          <div
            class="histogram-slot"
            key={i}
            title={`${edges ? `${edges[i]} – ${edges[i + 1]}: ` : ''}${count.toLocaleString('en')}`}
          >
            {/* What is there at all can be seen. */}
            <div
              class="histogram-bar"
              style={{ height: count === 0 ? '0' : `max(1px, ${((count / most) * 100).toFixed(2)}%)` }}
            />
          </div>
        ))}
      </div>
      {edges !== undefined && edges.length > 1 && (
        <figcaption class="histogram-edges">
          <span>{edges[0]}</span>
          <span>{edges.at(-1)}</span>
        </figcaption>
      )}
    </figure>
  );
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
