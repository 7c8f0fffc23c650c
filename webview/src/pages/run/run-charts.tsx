import type { RunView } from '../../../../engine/src/protocol/run.ts';
import { bytesText, countText, durationText } from '../../components/quantities.ts';
import { clockText } from './clock-text.ts';
import { TimeChart } from './time-chart.tsx';

/** Lane decisions that are told in words below their chart. */
const TOLD_DECISIONS = 3;

/** Throughput, lag and lanes over the last five minutes. */
export function RunCharts({ view }: { readonly view: RunView }) {
  const { history, laneDecisions, lag, scaling } = view;
  const times = history.map(({ atMs }) => atMs);
  return (
    <div class="run-charts">
      <TimeChart
        title="Records received"
        times={times}
        format={(value) => `${shortCount(value)}/s`}
        tick={shortCount}
        series={[{ label: 'records', values: history.map((at) => at.recordsPerS), color: '--vscode-charts-blue' }]}
      />
      <TimeChart
        title="Bytes received"
        times={times}
        isBinary
        format={(value) => `${bytesText(Math.round(value))}/s`}
        tick={bytesText}
        series={[{ label: 'bytes', values: history.map((at) => at.bytesPerS), color: '--vscode-charts-purple' }]}
      />
      <TimeChart
        title="Rows written"
        times={times}
        format={(value) => `${shortCount(value)}/s`}
        tick={shortCount}
        series={[
          { label: 'rows', values: history.map((at) => at.rowsPerS), color: '--vscode-charts-green', shape: 'bars' },
        ]}
      />
      <TimeChart
        title="Waiting at the source"
        times={times}
        format={shortCount}
        series={[{ label: 'messages', values: history.map((at) => at.lagMessages), color: '--vscode-charts-orange' }]}
      >
        <p class="run-chart-note dim">
          {lag?.behindS !== undefined && lag.behindS > 0
            ? `${durationText(lag.behindS * 1_000)} to work it off at the present rate`
            : 'Nothing waits longer than a moment'}
        </p>
      </TimeChart>
      <TimeChart
        title="Lanes"
        times={times}
        format={String}
        tick={(value) => (Number.isInteger(value) ? String(value) : '')}
        series={[
          { label: 'lanes', values: history.map(({ lanes }) => lanes), color: '--vscode-charts-blue', shape: 'steps' },
        ]}
        marks={laneDecisions.map(({ atMs }) => atMs)}
      >
        <ul class="run-chart-note run-chart-reasons">
          {laneDecisions.length === 0 && <li class="dim">{scaling?.reason ?? 'The number has not changed'}</li>}
          {laneDecisions.slice(-TOLD_DECISIONS).map(({ atMs, lanes, reason }) => (
            <li key={atMs}>
              <time class="dim">{clockText(atMs)}</time> {lanes} {lanes === 1 ? 'lane' : 'lanes'}: {reason}
            </li>
          ))}
        </ul>
      </TimeChart>
    </div>
  );
}

/** `950`, `12.3k`, `1.2M`: for axes. */
function shortCount(value: number): string {
  if (value < 10 && !Number.isInteger(value)) return value.toFixed(1);
  if (value < 10_000) return countText(value);
  return value < 1_000_000 ? `${trimmed(value / 1_000)}k` : `${trimmed(value / 1_000_000)}M`;
}

function trimmed(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0).replace(/\.0$/, '');
}
