import { Select } from './controls.tsx';

export interface EnvironmentSelectProps {
  readonly label?: string;
  /** Of the pipeline file. */
  readonly environments: readonly string[];
  readonly value: string | undefined;
  readonly onChange: (environment: string | undefined) => void;
}

/** Nothing where a pipeline has no environments. One that the file has only just got is shown all the same. */
export function EnvironmentSelect({ label = 'Environment', environments, value, onChange }: EnvironmentSelectProps) {
  if (environments.length === 0) return null;
  const names = new Set(['', ...environments, value ?? '']);
  return (
    <Select
      label={label}
      value={value ?? ''}
      options={Array.from(names, (name) => ({ value: name, label: name || 'no environment' }))}
      onChange={(name) => onChange(name || undefined)}
    />
  );
}
