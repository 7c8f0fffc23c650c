import { type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ColumnInsight } from '../../../../engine/src/protocol/parquet.ts';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Histogram } from '../../components/figures.tsx';
import { countOf, countText, shareText } from '../../components/quantities.ts';

export const insightHeightPx = 58;

/** Insights are asked for so many at a time: rows that are scrolled to must not wait behind a hundred of them. */
const AT_A_TIME = 2;

/** What columns of a file are like, asked for once each when they are seen first. */
export interface Insights {
  of(column: string): Signal<ColumnInsight | Error | undefined>;
  /** Seen, or not any more: what nobody sees is not asked for. */
  want(column: string, isWanted: boolean): void;
}

export function createInsights(studio: Peer<StudioMethods>, handle: string): Insights {
  const known = new Map<string, Signal<ColumnInsight | Error | undefined>>();
  const waiting = new Set<string>();
  const asked = new Set<string>();
  let running = 0;

  function next(): void {
    const [column] = waiting;
    if (running >= AT_A_TIME || column === undefined) return;
    waiting.delete(column);
    asked.add(column);
    running++;
    const settle = (found: ColumnInsight | Error) => {
      of(column).value = found;
      running--;
      next();
    };
    studio.request('parquet.insight', { handle, column }).then(settle, settle);
    next();
  }
  function of(column: string) {
    const found = known.get(column) ?? signal<ColumnInsight | Error | undefined>(undefined);
    known.set(column, found);
    return found;
  }
  return {
    of,
    want(column, isWanted) {
      if (asked.has(column)) return;
      if (isWanted) waiting.add(column);
      else waiting.delete(column);
      next();
    },
  };
}

/** Values that come less often say nothing. */
const MIN_TOP_SHARE = 0.02;

/** Below a column's name: how its values are spread, how many are missing, how many differ. */
export function InsightHeading({ insights, column }: { readonly insights: Insights; readonly column: string }) {
  useEffect(() => {
    insights.want(column, true);
    return () => insights.want(column, false);
  }, [insights, column]);
  const found = insights.of(column).value;
  if (found === undefined) return <div class="insight is-waiting" />;
  if (found instanceof Error) {
    return (
      <div class="insight dim" title={found.message}>
        cannot be read
      </div>
    );
  }
  return <Insight column={column} insight={found} />;
}

function Insight({ column, insight }: { readonly column: string; readonly insight: ColumnInsight }) {
  const { histogram, sampledRows, nulls, distinct, isDistinctExact, top, min, max } = insight;
  const isText = histogram === undefined || histogram.of === 'length';
  const isTopTelling = isText && top.length > 0 && top[0]![1] >= sampledRows * MIN_TOP_SHARE;
  const range = min === undefined ? '' : ` from ${min} to ${max}`;
  const sample = isDistinctExact ? '' : ` in a sample of ${countOf(sampledRows, 'row')}`;
  return (
    <div class="insight" title={`${column}${range}; ${countText(distinct)} distinct${sample}`}>
      {isTopTelling && <TopValues insight={insight} />}
      {!isTopTelling && histogram !== undefined && (
        <Histogram
          label={`How ${histogram.of === 'length' ? 'long values of ' : ''}${column} ${histogram.of === 'length' ? 'are' : 'is spread'}`}
          counts={histogram.counts}
          edges={histogram.of === 'length' ? lengthEdges(histogram.edges) : histogram.edges}
          height={22}
        />
      )}
      {!isTopTelling && histogram === undefined && <div class="insight-plain dim">{min ?? ''}</div>}
      <div class="insight-facts">
        <span class={nulls > 0 ? 'insight-nulls' : 'dim'}>
          {nulls > 0 ? `${shareText(nulls / Math.max(1, sampledRows))} null` : 'no nulls'}
        </span>
        <span class="dim">{distinctText(insight)}</span>
      </div>
    </div>
  );
}

/** The drawn ends say that they are lengths. */
function lengthEdges(edges: readonly string[]): readonly string[] {
  return edges.map((edge) => `${edge} bytes`);
}

function distinctText({ distinct, sampledRows, nulls, isDistinctExact }: ColumnInsight): string {
  if (distinct > 1 && distinct === sampledRows - nulls) return 'all differ';
  return `${isDistinctExact ? '' : '≥ '}${countText(distinct)} distinct`;
}

/** The values that come most often, as shares of a bar. */
function TopValues({ insight: { top, sampledRows } }: { readonly insight: ColumnInsight }) {
  const shown = top.slice(0, 2);
  return (
    <div class="insight-top">
      {shown.map(([value, times]) => (
        <div class="insight-value" key={value} title={`${value}: ${shareText(times / sampledRows)}`}>
          <div class="insight-share" style={{ width: `${(times / sampledRows) * 100}%` }} />
          <span>{value === '' ? '(empty)' : value}</span>
          <span class="dim">{shareText(times / sampledRows)}</span>
        </div>
      ))}
    </div>
  );
}
