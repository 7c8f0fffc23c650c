import { Select, TextField } from '../../components/controls.tsx';
import { isNumber, isText, oneOf, shaped } from '../../hooks/use-view.ts';

/** What is typed of the traffic. */
export interface TrafficForm {
  readonly rate: string;
  readonly unit: RateUnit;
  /** Undefined: the default, or what is no number. */
  readonly perMessage?: number;
  readonly partitions?: number;
}

const units = ['s', 'm', 'h', 'd'] as const;
export type RateUnit = (typeof units)[number];

const SECONDS: Readonly<Record<RateUnit, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

export const defaultTraffic: TrafficForm = { rate: '500', unit: 's' };

const isNumberOrNone = (kept: unknown): kept is number | undefined => kept === undefined || isNumber(kept);

/** Whether what a page kept of itself is such a form. */
export const isTraffic: (kept: unknown) => kept is TrafficForm = shaped<TrafficForm>({
  rate: isText,
  unit: oneOf(units),
  perMessage: isNumberOrNone,
  partitions: isNumberOrNone,
});

/** Records a second; undefined where the field holds no rate. Takes `30k` and `2M`. */
export function recordsPerSecond({ rate, unit }: Pick<TrafficForm, 'rate' | 'unit'>): number | undefined {
  const found = /^\s*(\d+(?:[.,]\d+)?)\s*([kmg]?)\s*$/i.exec(rate);
  if (found === null) return undefined;
  const value = Number(found[1]!.replace(',', '.')) * FACTORS[found[2]!.toLowerCase()]!;
  return value > 0 ? value / SECONDS[unit] : undefined;
}

export interface TrafficFieldsProps {
  readonly traffic: TrafficForm;
  readonly onChange: (traffic: TrafficForm) => void;
}

/** How many records arrive, and how. */
export function TrafficFields({ traffic, onChange }: TrafficFieldsProps) {
  return (
    <>
      <span class="plan-field">
        <TextField
          label="Records that arrive"
          value={traffic.rate}
          isInvalid={recordsPerSecond(traffic) === undefined}
          onInput={(rate) => onChange({ ...traffic, rate })}
        />
        <Select<RateUnit>
          label="Records in"
          value={traffic.unit}
          options={[
            { value: 's', label: 'records a second' },
            { value: 'm', label: 'records a minute' },
            { value: 'h', label: 'records an hour' },
            { value: 'd', label: 'records a day' },
          ]}
          onChange={(unit) => onChange({ ...traffic, unit })}
        />
      </span>
      <span class="plan-field is-small">
        <TextField
          label="Records a message"
          placeholder="1"
          type="number"
          value={traffic.perMessage?.toString() ?? ''}
          onInput={(text) => onChange({ ...traffic, perMessage: positive(text) })}
        />
        <span class="dim">a message</span>
      </span>
      <span class="plan-field is-small">
        <TextField
          label="Partitions that are open at a time"
          placeholder="as sampled"
          type="number"
          value={traffic.partitions?.toString() ?? ''}
          onInput={(text) => onChange({ ...traffic, partitions: positive(text) })}
        />
        <span class="dim">partitions</span>
      </span>
    </>
  );
}

function positive(text: string): number | undefined {
  const value = Number(text);
  return value >= 1 && Number.isFinite(value) ? Math.round(value) : undefined;
}
