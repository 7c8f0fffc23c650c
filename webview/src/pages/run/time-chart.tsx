import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { useSize } from '../../hooks/use-size.ts';
import { useThemeChange } from '../../hooks/use-theme-change.ts';
import { clockText } from './clock-text.ts';

export interface ChartSeries {
  readonly label: string;
  /** One for each time; undefined where nobody knows. */
  readonly values: readonly (number | undefined)[];
  /** Name of a CSS variable: `--vscode-charts-blue`. */
  readonly color: string;
  /** `steps`: holds until the next value, as a number of lanes does; `bars`: comes in pieces, as files do. Default: `line`. */
  readonly shape?: 'line' | 'steps' | 'bars';
}

export interface TimeChartProps {
  readonly title: string;
  /** Milliseconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  /** A value as the legend writes it. */
  readonly format: (value: number) => string;
  /** As the axis does, which has little room. Default: `format`. */
  readonly tick?: (value: number) => string;
  /** Bytes: the axis counts in powers of 1,024. Default: in powers of ten. */
  readonly isBinary?: boolean;
  /** Moments that are marked by a line, in milliseconds. */
  readonly marks?: readonly number[];
  readonly children?: ComponentChildren;
}

const HEIGHT = 110;
/** Where nothing happens the axis says so, and not 0.5. */
const LEAST_TOP = 4;
const binarySteps = Array.from({ length: 40 }, (_, power) => 2 ** power);
/** Between two labels of the time, which name whole seconds. */
const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400];
/** All charts of a page show the same moment under the pointer. */
const sync = uPlot.sync('run');

/** Numbers over time, drawn by uPlot in the colours of the theme. */
export function TimeChart(props: TimeChartProps) {
  const { title, times, series, format, tick = format, isBinary = false, marks = [], children } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const drawnMarks = useRef(marks);
  const width = useSize(box).width;
  const theme = useThemeChange();
  drawnMarks.current = marks;
  const data = [times.map((time) => time / 1_000), ...series.map(({ values }) => values.map((v) => v ?? null))];
  useEffect(() => {
    if (width === 0) return;
    const options = chartOptions({ width, series, tick, isBinary, marks: () => drawnMarks.current });
    chart.current = new uPlot(options, data as uPlot.AlignedData, box.current!);
    return () => chart.current?.destroy();
  }, [width, theme, series.map(({ label }) => label).join()]);
  useEffect(() => chart.current?.setData(data as uPlot.AlignedData), [times.at(-1), times.length]);
  return (
    <figure class="run-chart">
      <figcaption class="run-chart-head">
        <h3>{title}</h3>
        <span class="run-chart-legend">
          {series.map(({ label, values, color }) => (
            <span key={label}>
              <i class="run-chart-key" style={{ background: `var(${color})` }} /> {label}{' '}
              <b>{format(values.at(-1) ?? 0)}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <div
        class="run-chart-plot"
        ref={box}
        role="img"
        aria-label={said(title, series, format)}
        style={{ height: `${HEIGHT}px` }}
      />
      {children}
    </figure>
  );
}

function said(title: string, series: readonly ChartSeries[], format: (value: number) => string): string {
  const latest = series.map(({ label, values }) => `${label} ${format(values.at(-1) ?? 0)}`);
  return `${title} over time; now ${latest.join(', ')}`;
}

interface ChartParts extends Required<Pick<TimeChartProps, 'series' | 'tick' | 'isBinary'>> {
  readonly width: number;
  readonly marks: () => readonly number[];
}

function chartOptions({ width, series, tick, isBinary, marks }: ChartParts): uPlot.Options {
  const dim = cssColor('--vscode-descriptionForeground');
  const grid = { stroke: cssColor('--vscode-editorIndentGuide-background1', dim), width: 1, dash: [2, 4] };
  const axis = { stroke: dim, font: `11px ${cssText('--vscode-font-family', 'sans-serif')}`, ticks: { show: false } };
  const scale = isBinary ? { incrs: binarySteps } : {};
  return {
    width,
    height: HEIGHT,
    padding: [8, 24, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: sync.key }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_chart, _min, max) => [0, Math.max(LEAST_TOP, max * 1.1)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 22,
        space: 70,
        incrs: seconds,
        values: (_chart, splits) => splits.map((second) => clockText(second * 1_000)),
      },
      { ...axis, ...scale, grid, size: 52, space: 28, values: (_chart, splits) => splits.map(tick) },
    ],
    series: [{}, ...series.map(seriesOptions)],
    hooks: { draw: [(chart) => drawMarks(chart, marks(), dim)] },
  };
}

function seriesOptions({ label, color, shape = 'line' }: ChartSeries, at: number): uPlot.Series {
  const stroke = cssColor(color);
  const { stepped, bars } = uPlot.paths;
  const paths = { line: undefined, steps: stepped!({ align: 1 }), bars: bars!({ size: [0.8, 24, 1] }) }[shape];
  // Only the first is filled: what lies over another would change its colour.
  const fill = shape === 'bars' ? stroke : at === 0 ? faint(stroke) : undefined;
  return { label, stroke, width: shape === 'bars' ? 0 : 1.5, fill, points: { show: false }, paths };
}

function drawMarks(chart: uPlot, marks: readonly number[], color: string): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.setLineDash([3, 3]);
  for (const mark of marks) {
    const x = Math.round(chart.valToPos(mark / 1_000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function cssText(name: string, otherwise: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;
}

function cssColor(name: string, otherwise = '#888888'): string {
  return cssText(name, otherwise);
}

function faint(color: string): string {
  return `color-mix(in srgb, ${color} 14%, transparent)`;
}
