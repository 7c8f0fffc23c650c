import { useRef } from 'preact/hooks';
import type { NewPipeline } from '../../../../engine/src/protocol/workspace.ts';
import { Icon } from '../../components/icon.tsx';

/** Of a file of the user's; a schema needs no more to be inferred from. */
const maxRecordsBytes = 4 * 1024 * 1024;

export interface NewPipelineCardsProps {
  /** There is no other pipeline. */
  readonly isFirst: boolean;
  readonly create: (from: NewPipeline) => void;
  readonly onError: (error: unknown) => void;
}

/** Three ways to begin: two examples, and the user's own records. */
export function NewPipelineCards({ isFirst, create, onError }: NewPipelineCardsProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    // The same file again must be a change again.
    input.current!.value = '';
    await readRecords(file).then((records) => create({ name: file.name.replace(/\.\w+$/, ''), records }), onError);
  };
  return (
    <section class="home-new" aria-labelledby="home-new">
      <h2 id="home-new">{isFirst ? 'Begin with' : 'New pipeline'}</h2>
      <div class="home-cards">
        <Card icon="pulse" title="Clicks" act={() => create({ example: 'clicks' })}>
          Five events of a shop. The transform drops bots, renames a column and derives another. The smallest pipeline
          there is.
        </Card>
        <Card icon="device-camera-video" title="Movies" act={() => create({ example: 'movies' })}>
          Titles that are numbers, dates as text, nulls everywhere: real data with all its mistakes, and what becomes of
          it.
        </Card>
        <Card icon="json" title="Your own records" act={() => input.current!.click()}>
          Choose a file of JSON, in lines or an array. Its schema is inferred; the transform passes all on, until you
          say otherwise.
        </Card>
      </div>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept=".ndjson,.jsonl,.json,.txt,.log"
        onChange={(event) => void take(event.currentTarget.files?.[0])}
      />
    </section>
  );
}

function Card(props: {
  readonly icon: string;
  readonly title: string;
  readonly children: string;
  readonly act: () => void;
}) {
  return (
    <button type="button" class="home-card" onClick={props.act}>
      <span class="home-card-title">
        <Icon name={props.icon} />
        {props.title}
      </span>
      <span class="dim">{props.children}</span>
    </button>
  );
}

/** The text of a file of records; of a large one of lines, those at its beginning. */
async function readRecords(file: File): Promise<string> {
  if (file.size <= maxRecordsBytes) return await file.text();
  const text = await file.slice(0, maxRecordsBytes).text();
  const end = text.lastIndexOf('\n');
  if (end > 0 && /^\s*\{/.test(text)) return text.slice(0, end);
  throw new Error(
    `${file.name} must be smaller than 4 MiB, or have one record a line, so that its beginning can be taken`,
  );
}
