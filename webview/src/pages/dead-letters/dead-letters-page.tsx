import { useState } from 'preact/hooks';
import type { DeadLetterInfo } from '../../../../engine/src/protocol/dead-letters.ts';
import { Button, Select } from '../../components/controls.tsx';
import { Toolbar } from '../../components/layout.tsx';
import { countOf, countText } from '../../components/quantities.ts';
import { EmptyState, ErrorBanner, ErrorState, ProgressState } from '../../components/states.tsx';
import { useAttempt } from '../../hooks/use-attempt.ts';
import { isTextOrNone, oneOf, useView } from '../../hooks/use-view.ts';
import type { PageProps } from '../../page.ts';
import './dead-letters.css';
import { LetterDetail } from './letter-detail.tsx';
import { LetterList } from './letter-list.tsx';
import { ReasonBars } from './reason-bars.tsx';
import { ReplayButton } from './replay-button.tsx';
import { type Period, periods, useLetters } from './use-letters.ts';

/** Records that could not be delivered: why, what they are, what the code makes of them now, and their way back. */
export function DeadLettersPage({ route, studio, shell, hasEditor }: PageProps<'dead-letters'>) {
  const { folder, environment } = route;
  const [period, setPeriod] = useView<Period>('period', '7d', oneOf(periods.map(({ value }) => value)));
  const [reason, setReason] = useView<string | undefined>('reason', undefined, isTextOrNone);
  const [selectedId, select] = useView<string | undefined>('letter', undefined, isTextOrNone);
  const [note, setNote] = useState<string>();
  const [failed, setFailed] = useState<unknown>();
  const attempt = useAttempt();
  const letters = useLetters(studio, { folder, environment }, period, reason);
  const { list, error, isRunning, again, more } = letters;
  if (list === undefined) {
    if (error === undefined) return <ProgressState label="Reading the dead letters" />;
    return (
      <ErrorState error={error} title="The dead letters cannot be read" action={{ label: 'Try again', act: again }} />
    );
  }
  const openCount = list.reasons.reduce((sum, [name, count]) => sum + (name === (reason ?? name) ? count : 0), 0);
  const selected = list.letters.find(({ id }) => id === selectedId) ?? list.letters[0];
  const replayed = (text: string) => {
    setNote(text);
    again();
  };
  const replay = { studio, folder, environment, onDone: replayed, onFailed: setFailed };
  return (
    <div class="letters">
      <h1 class="unseen">Dead letters</h1>
      <Toolbar
        label="Dead letters"
        end={
          <>
            <Button isSecondary icon="refresh" onClick={again} isDisabled={isRunning}>
              Look again
            </Button>
            <ReplayButton {...replay} count={openCount} ids={letters.openIds} />
          </>
        }
      >
        <Select label="Period" value={period} options={periods} onChange={setPeriod} />
        <span class="dim letters-place" title={list.place}>
          {countOf(list.total, 'letter')} in <code>{list.place}</code>
          {list.isCut && ' (the newest)'}
          {list.place.startsWith('queue ') && '; each look is one receive more'}
        </span>
      </Toolbar>
      {note !== undefined && (
        <div class="letters-note" role="status">
          {note}
        </div>
      )}
      {(failed ?? error) !== undefined && <ErrorBanner error={failed ?? error} />}
      <ReasonBars reasons={list.reasons} selected={reason} onSelect={setReason} />
      {list.letters.length === 0 ? (
        <EmptyState icon="pass" title={reason === undefined ? 'No dead letters' : `None because of ${reason}`}>
          {period === 'all' ? 'Every record could be delivered.' : 'None in this period; a longer one may have some.'}
        </EmptyState>
      ) : (
        <div class="letters-body">
          <LetterList
            letters={list.letters}
            selected={selected}
            onSelect={({ id }: DeadLetterInfo) => select(id)}
            more={more}
            total={list.total}
          />
          {selected !== undefined && (
            <LetterDetail
              key={selected.id}
              letter={selected}
              {...{ studio, folder, environment }}
              reveal={hasEditor ? (place) => attempt(shell.request('shell.reveal', { place })) : undefined}
              copy={(text) => attempt(shell.request('shell.copy', { text }))}
              actions={
                <ReplayButton
                  {...replay}
                  count={selected.replayedAtMs === undefined ? 1 : 0}
                  ids={async () => [selected.id]}
                />
              }
            />
          )}
        </div>
      )}
      <p class="unseen" role="status">
        {countText(openCount)} letters were not replayed yet
      </p>
    </div>
  );
}
