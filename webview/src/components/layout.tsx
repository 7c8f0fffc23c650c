import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useView } from '../hooks/use-view.ts';
import type { Tone } from './figures.tsx';

/** A row of controls; those after `end` stand at the right. Wraps where it is narrow. */
export function Toolbar(props: {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly end?: ComponentChildren;
}) {
  return (
    <div class="toolbar" role="toolbar" aria-label={props.label}>
      {props.children}
      {props.end !== undefined && <div class="toolbar-end">{props.end}</div>}
    </div>
  );
}

/** A short fact beside a name. */
export function Badge(props: { readonly children: ComponentChildren; readonly tone?: Tone; readonly title?: string }) {
  return (
    <span class={`badge badge-${props.tone ?? 'neutral'}`} title={props.title}>
      {props.children}
    </span>
  );
}

export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** A number beside the label. */
  readonly count?: number | string;
}

export interface TabsProps<Id extends string> {
  readonly label: string;
  readonly tabs: readonly TabItem<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
  /** What the selected tab shows. Without it these are filters of something else on the page. */
  readonly children?: ComponentChildren;
}

/** Tabs, moved through by the arrow keys, Home and End. */
export function Tabs<Id extends string>({ label, tabs, selected, onSelect, children }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  const select = (index: number) => {
    const at = (index + tabs.length) % tabs.length;
    onSelect(tabs[at]!.id);
    (list.current?.children[at] as HTMLElement | undefined)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === selected);
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    select(target);
  };
  const panelId = `panel-${label.toLowerCase().replaceAll(/\W+/g, '-')}`;
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map(({ id, label: text, count }) => (
          <button
            type="button"
            role="tab"
            class="tab"
            key={id}
            id={`${panelId}-${id}`}
            aria-selected={id === selected}
            aria-controls={children === undefined ? undefined : panelId}
            tabIndex={id === selected ? 0 : -1}
            onClick={() => onSelect(id)}
          >
            {text}
            {count !== undefined && <span class="tab-count">{count}</span>}
          </button>
        ))}
      </div>
      {children !== undefined && (
        <div class="tab-panel" role="tabpanel" id={panelId} aria-labelledby={`${panelId}-${selected}`}>
          {children}
        </div>
      )}
    </>
  );
}

export interface SplitPaneProps {
  readonly first: ComponentChildren;
  /** Absent: the first has all the room, and stays what it is when a second comes or goes. */
  readonly second?: ComponentChildren;
  /** Its name for who cannot see it. */
  readonly label: string;
  /** Side by side, or one below the other. Default: columns. */
  readonly direction?: 'columns' | 'rows';
  /** Of the first, from 0 to 1. Default: half. */
  readonly share?: number;
}

const isShare = (kept: unknown): kept is number => typeof kept === 'number' && kept >= 0.1 && kept <= 0.9;

/** Two panes and a border that a pointer or the arrow keys move. */
export function SplitPane({ first, second, label, direction = 'columns', share: initial = 0.5 }: SplitPaneProps) {
  const [share, setShare] = useView(`split ${label}`, initial, isShare);
  const box = useRef<HTMLDivElement>(null);
  const isColumns = direction === 'columns';
  const move = (to: number) => setShare(Math.min(0.9, Math.max(0.1, to)));
  const follow = (event: PointerEvent) => {
    if (!(event.currentTarget as Element).hasPointerCapture(event.pointerId)) return;
    const { left, top, width, height } = box.current!.getBoundingClientRect();
    move(isColumns ? (event.clientX - left) / width : (event.clientY - top) / height);
  };
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft' || key === 'ArrowUp') move(share - 0.02);
    if (key === 'ArrowRight' || key === 'ArrowDown') move(share + 0.02);
  };
  return (
    <div class={`split split-${direction}`} ref={box}>
      <div class="split-pane" style={{ flexBasis: second === undefined ? '100%' : `${share * 100}%` }}>
        {first}
      </div>
      {second !== undefined && (
        <>
          {/* biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved */}
          <div
            class="split-border"
            role="separator"
            aria-label={label}
            aria-orientation={isColumns ? 'vertical' : 'horizontal'}
            aria-valuenow={Math.round(share * 100)}
            aria-valuemin={10}
            aria-valuemax={90}
            tabIndex={0}
            onKeyDown={onKeyDown}
            onDblClick={() => move(initial)}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={follow}
          />
          <div class="split-pane" style={{ flexBasis: `${(1 - share) * 100}%` }}>
            {second}
          </div>
        </>
      )}
    </div>
  );
}
