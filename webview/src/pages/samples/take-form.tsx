import { useRef, useState } from 'preact/hooks';
import type { Peer } from '../../../../engine/src/protocol/peer.ts';
import type { Target } from '../../../../engine/src/protocol/places.ts';
import type { Redaction, SampleMethods } from '../../../../engine/src/protocol/samples.ts';
import type { StudioMethods } from '../../../../engine/src/protocol/studio-methods.ts';
import { Button, Select, TextField } from '../../components/controls.tsx';
import { Tabs } from '../../components/layout.tsx';
import { fileName } from '../../components/place-link.tsx';
import { countOf } from '../../components/quantities.ts';
import { ErrorBanner } from '../../components/states.tsx';
import { isSilent } from '../../hooks/use-request.ts';
import { isText, oneOf, useView } from '../../hooks/use-view.ts';
import { CostNote } from './cost-note.tsx';
import { OriginFields, type OriginType, originOf, originTabs } from './origin-fields.tsx';

type How = NonNullable<Redaction['how']>;

const ways = [
  { value: 'mask', label: 'masked' },
  { value: 'hash', label: 'hashed' },
  { value: 'remove', label: 'removed' },
] as const satisfies readonly { value: How; label: string }[];

export interface TakeFormProps extends Target {
  readonly studio: Peer<StudioMethods>;
  readonly taken: (file: string) => void;
  readonly preview: () => void;
}

/** Where from, what it costs, what must not be seen: then records are saved as a file of the project. */
export function TakeForm({ studio, folder, environment, taken, preview }: TakeFormProps) {
  const [type, setType] = useView<OriginType>('from', 'queue', oneOf(originTabs.map(({ id }) => id)));
  const [value, setValue] = useView('from where', '', isText);
  // A secret is nothing to keep.
  const [token, setToken] = useState('');
  const [limit, setLimit] = useView('limit', '100', isText);
  const [name, setName] = useView('name', 'sample', isText);
  const [fields, setFields] = useView('redact', '', isText);
  const [how, setHow] = useView<How>('redact how', 'mask', oneOf(ways.map((way) => way.value)));
  const [isRefused, setRefused] = useState(false);
  const take = useTaking(studio, taken);
  const from = originOf(type, value, token);
  const records = Number(limit);
  const isReady =
    from !== undefined && records > 0 && Number.isSafeInteger(records) && name.trim() !== '' && !isRefused;
  const paths = fields.split(/[\s,]+/).filter((path) => path !== '');
  const start = () => {
    const redact = paths.length === 0 ? undefined : { fields: paths, how };
    if (from) take.start({ folder, environment, from, limit: records, name, redact });
  };
  const choose = (chosen: OriginType) => {
    setType(chosen);
    setValue('');
    setRefused(false);
  };
  return (
    <div class="sample-take">
      <Tabs label="Where from" tabs={originTabs} selected={type} onSelect={choose}>
        <div class="sample-take-fields">
          <OriginFields
            {...{ type, studio, folder, environment, value, token }}
            onChange={setValue}
            onToken={setToken}
          />
        </div>
      </Tabs>
      {from !== undefined && <CostNote {...{ studio, folder, environment, from }} onRefused={setRefused} />}
      <div class="sample-take-row">
        <span class="sample-take-label" aria-hidden="true">
          Records
        </span>
        <TextField label="Records" type="number" value={limit} onInput={setLimit} isInvalid={!(records > 0)} />
        <span class="sample-take-label" aria-hidden="true">
          Save as
        </span>
        <span class="sample-take-name">
          <TextField label="Save as" value={name} onInput={setName} />
          <span class="dim">.ndjson</span>
        </span>
      </div>
      <div class="sample-take-row">
        <span class="sample-take-label" aria-hidden="true">
          Redact
        </span>
        <TextField label="Fields to redact" placeholder="user.email, items.*.name" value={fields} onInput={setFields} />
        <span class="dim">are</span>
        <Select label="How they are redacted" value={how} options={ways} onChange={setHow} />
        <span class="dim sample-take-hint">{hints[how]}</span>
      </div>
      <div class="sample-take-row">
        {take.isRunning ? (
          <Button isSecondary icon="debug-stop" onClick={take.cancel}>
            Cancel
          </Button>
        ) : (
          <Button icon="cloud-download" onClick={start} isDisabled={!isReady}>
            Take samples
          </Button>
        )}
        {take.isRunning && <span role="status">{countOf(take.records, 'record')} so far</span>}
        {take.done !== undefined && <Done done={take.done} preview={preview} />}
      </div>
      {take.error !== undefined && <ErrorBanner error={take.error} title="No samples were taken" />}
    </div>
  );
}

const hints: Record<How, string> = {
  mask: 'Letters and digits are replaced, lengths stay.',
  hash: 'Equal values stay equal within the file.',
  remove: 'The key goes.',
};

type Taken = SampleMethods['samples.take']['result'];

function Done({ done, preview }: { readonly done: Taken; readonly preview: () => void }) {
  const { file, records, redacted, warnings } = done;
  return (
    <span class="sample-take-done" role="status">
      {countOf(records, 'record')} in <code>{fileName(file)}</code>
      {redacted > 0 && `, ${countOf(redacted, 'value')} redacted`}.{' '}
      <button type="button" class="link" onClick={preview}>
        Preview
      </button>
      {warnings.map((warning) => (
        <span key={warning} class="sample-take-warning">
          {warning}
        </span>
      ))}
    </span>
  );
}

function useTaking(studio: Peer<StudioMethods>, taken: (file: string) => void) {
  const [records, setRecords] = useState(0);
  const [done, setDone] = useState<Taken>();
  const [error, setError] = useState<unknown>();
  const [isRunning, setRunning] = useState(false);
  const running = useRef<AbortController>(undefined);
  const start = (params: SampleMethods['samples.take']['params']) => {
    const controller = new AbortController();
    running.current = controller;
    setRunning(true);
    setRecords(0);
    setDone(undefined);
    setError(undefined);
    const onSnapshot = (snapshot: { records: number }) => setRecords(snapshot.records);
    studio
      .request('samples.take', params, { signal: controller.signal, onSnapshot })
      .then((result) => {
        setDone(result);
        taken(result.file);
      })
      .catch((thrown: unknown) => isSilent(thrown) || setError(thrown))
      .finally(() => setRunning(false));
  };
  return { start, cancel: () => running.current?.abort(), records, done, error, isRunning };
}
