import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { Target } from '../../../../engine/src/protocol/places.ts';
import type { SampleOrigin } from '../../../../engine/src/protocol/samples.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Select, TextField } from '../../components/controls.tsx';
import { ErrorBanner } from '../../components/states.tsx';
import { useRequest } from '../../hooks/use-request.ts';
import { queueLabel } from './queue-label.ts';

export type OriginType = SampleOrigin['type'];

export const originTabs = [
  { id: 'queue', label: 'Queue' },
  { id: 'object', label: 'Object in S3' },
  { id: 'file', label: 'File' },
  { id: 'dead-letters', label: 'Dead letters' },
  { id: 'engine', label: 'Running engine' },
] as const satisfies readonly { id: OriginType; label: string }[];

export interface OriginFieldsProps extends Target {
  readonly type: OriginType;
  readonly studio: Peer<StudioMethods>;
  /** What was typed: a queue, a URI, a path, an address. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly token: string;
  readonly onToken: (token: string) => void;
}

/** What has to be known of an origin. */
export function OriginFields({
  type,
  studio,
  folder,
  environment,
  value,
  onChange,
  token,
  onToken,
}: OriginFieldsProps) {
  switch (type) {
    case 'queue':
      return <QueueField {...{ studio, folder, environment, value, onChange }} />;
    case 'object':
      return <TextField label="Object" placeholder="s3://bucket/key.ndjson.gz" value={value} onInput={onChange} />;
    case 'file':
      return <TextField label="File" placeholder="Path of a file in an open folder" value={value} onInput={onChange} />;
    case 'dead-letters':
      return <p class="dim">Records that the pipeline could not deliver, as they came.</p>;
    case 'engine':
      return (
        <>
          <TextField
            label="Address"
            placeholder="127.0.0.1:9464, its telemetry.listen"
            value={value}
            onInput={onChange}
          />
          <TextField
            label="Token"
            type="password"
            placeholder="Token, if it asks for one"
            value={token}
            onInput={onToken}
          />
        </>
      );
  }
}

type QueueFieldProps = Pick<OriginFieldsProps, 'studio' | 'folder' | 'environment' | 'value' | 'onChange'>;

function QueueField({ studio, folder, environment, value, onChange }: QueueFieldProps) {
  const { value: found, error } = useRequest(studio, 'cloud.queues', { folder, environment, all: true });
  if (error !== undefined) return <ErrorBanner error={error} title="The queues cannot be listed" />;
  if (found === undefined) return <p class="dim">Looking for queues…</p>;
  const options = found.queues.map((queue) => ({ value: queue.name, label: queueLabel(queue) }));
  if (value === '' && options[0] !== undefined) queueMicrotask(() => onChange(options[0]!.value));
  return <Select label="Queue" value={value} options={options} onChange={onChange} />;
}

/** The origin that the fields mean; undefined while something is missing. */
export function originOf(type: OriginType, value: string, token: string): SampleOrigin | undefined {
  if (type === 'dead-letters') return { type };
  const text = value.trim();
  if (text === '') return undefined;
  if (type === 'queue') return { type, queue: text };
  if (type === 'object') return /^s3:\/\/[^/]+\/.+/.test(text) ? { type, uri: text } : undefined;
  if (type === 'file') return { type, file: text };
  return { type, url: text, token: token === '' ? undefined : token };
}
