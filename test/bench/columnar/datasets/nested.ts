import { seeded } from '../../events.ts';
import type { Dataset } from '../dataset.ts';

/** Like the events of GitHub's archive: structs, lists of structs, a map, long texts, absent branches. */
const fields = {
  id: 'int64',
  type: 'string',
  public: 'bool',
  created_at: 'timestamp',
  actor: 'struct<id: int, login: string, display_login: string?, url: string, avatar_url: string>',
  repo: 'struct<id: int, name: string, url: string>',
  org: 'struct<id: int, login: string>?',
  payload:
    'struct<action: string?, ref: string?, push_id: int?, size: int32?, head: string?, ' +
    'commits: list<struct<sha: string, author: struct<name: string, email: string>, message: string, distinct: bool>>?, ' +
    'issue: struct<number: int, title: string, body: string?, labels: list<string>, comments: int32>?>',
  reactions: 'map<string, int>?',
};

const types = ['PushEvent', 'PushEvent', 'PushEvent', 'PushEvent', 'IssuesEvent', 'IssuesEvent', 'CreateEvent'];
const people = [
  'José Núñez',
  'Ann O’Brien',
  '山田 太郎',
  'Ola Nordmann',
  'Zoë "zed" Quist',
  'Łukasz Żak',
  'dependabot[bot]',
];
const labels = ['bug', 'enhancement', 'good first issue', 'wontfix', 'docs', 'p1', 'needs-triage'];
const emoji = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];
const words = (
  'fix the parser when a line ends early and add tests for null values in nested lists because the reader must not lose rows of ' +
  'the last batch; see "docs/format.md" for naïve cases, or C:\\temp\\log.txt if it crashes again → maybe'
).split(' ');

function* records(): Generator<string> {
  const random = seeded(2_024);
  const integer = (below: number) => Math.floor(random() * below);
  const pick = <T>(from: readonly T[]): T => from[integer(from.length)]!;
  const some = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const hex = (digits: number) => some(digits, () => integer(16).toString(16)).join('');
  const prose = (count: number) =>
    some(count, () => pick(words) + (random() < 0.06 ? '\n' : random() < 0.02 ? '\t' : ' ')).join('');
  const commit = () => {
    const name = pick(people);
    const author = { name, email: `${hex(6)}@users.example.com` };
    return { sha: hex(40), author, message: prose(4 + integer(20)), distinct: random() < 0.9 };
  };
  const push = () => {
    const size = 1 + integer(4);
    const commits = some(size, commit);
    return { push_id: 10_000_000_000 + integer(1e9), size, ref: 'refs/heads/main', head: hex(40), commits };
  };
  const issue = () => ({
    action: pick(['opened', 'closed', 'reopened']),
    issue: {
      number: integer(20_000),
      title: prose(6),
      body: random() < 0.2 ? null : prose(20 + integer(120)),
      labels: some(integer(4), () => pick(labels)),
      comments: integer(40),
    },
  });
  for (let number = 0; ; number++) {
    const type = pick(types);
    const user = integer(50_000);
    const project = integer(20_000);
    const event: Record<string, unknown> = {
      id: 34_000_000_000 + number * 7 + integer(7),
      type,
      public: true,
      created_at: new Date(1_704_067_200_000 + number * 211 + integer(200)).toISOString().replace(/\.\d+/, ''),
      actor: {
        id: user,
        login: `user-${user}`,
        ...(random() < 0.8 && { display_login: `user-${user}` }),
        url: `https://api.example.com/users/user-${user}`,
        avatar_url: `https://avatars.example.com/u/${user}?`,
      },
      repo: {
        id: project,
        name: `owner-${project % 900}/repo-${project}`,
        url: `https://api.example.com/repos/${project}`,
      },
      payload:
        type === 'PushEvent' ? push() : type === 'IssuesEvent' ? issue() : { ref: pick(['main', 'dev', 'größe']) },
    };
    if (random() < 0.3) event.org = { id: project % 900, login: `owner-${project % 900}` };
    if (random() < 0.25) event.reactions = Object.fromEntries(some(integer(5), () => [pick(emoji), integer(100)]));
    yield JSON.stringify(event);
  }
}

/** Deep records of a kilobyte, four types of them; user code adds a name cut out of another and a length. */
export const nested: Dataset = {
  name: 'nested',
  fields,
  records,
  userCode: {
    imports: ['drop'],
    output: { ...fields, owner: 'string', commit_count: 'int32' },
    map: `(event) => {
  if (event.type === 'CreateEvent') return drop('create');
  const { name } = event.repo;
  return { ...event, owner: name.slice(0, name.indexOf('/')), commit_count: event.payload.commits?.length ?? 0 };
}`,
  },
};
