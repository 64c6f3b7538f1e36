export type GatewayCase = {
  says: string
  fn: string
  /** Sent as JSON; a string is sent as it is. */
  body?: unknown
  as?: 'service_role' | 'anon' | 'unknown'
  accept?: string
  status: number
  /** The whole body; for an error its PostgREST or PostgreSQL code. Undefined is an empty body. */
  answer?: unknown
  code?: string
}

const OBJECT = 'application/vnd.pgrst.object+json'

const ARGUMENTS: GatewayCase[] = [
  { says: 'arguments are matched by name', fn: 'add', body: { b: 2, a: 1 }, status: 200, answer: 3 },
  { says: 'a default fills what is not sent', fn: 'add', body: { a: 1 }, status: 200, answer: 11 },
  { says: 'all arguments may be defaults', fn: 'only_defaults', body: {}, status: 200, answer: 12 },
  { says: 'only the second default may be sent', fn: 'only_defaults', body: { b: 5 }, status: 200, answer: 15 },
  { says: 'null is a value and not a default', fn: 'add', body: { a: 1, b: null }, status: 200, answer: null },
  { says: 'a function without arguments takes {}', fn: 'no_arguments', body: {}, status: 200, answer: 'none' },
  { says: 'an empty body is {}', fn: 'no_arguments', body: '', status: 200, answer: 'none' },
  { says: 'an array becomes a PostgreSQL array', fn: 'total', body: { numbers: [1, 2, 3] }, status: 200, answer: 6 },
  {
    says: 'a JSON argument stays JSON',
    fn: 'echo_json',
    body: { value: { a: [1, null] } },
    status: 200,
    answer: { a: [1, null] },
  },
  { says: 'names may need quotes', fn: 'Odd%20%22name%22', body: { 'Some arg': 7 }, status: 200, answer: 7 },
  {
    says: 'overloads are told apart by their names',
    fn: 'overloaded',
    body: { a: 1, b: 2 },
    status: 200,
    answer: 'a and b',
  },
  { says: 'overloads of the same names are refused', fn: 'ambiguous', body: { a: 1 }, status: 300, code: 'PGRST203' },
  { says: 'a missing argument finds no function', fn: 'add', body: { b: 1 }, status: 404, code: 'PGRST202' },
  { says: 'an unknown argument finds no function', fn: 'add', body: { a: 1, c: 1 }, status: 404, code: 'PGRST202' },
  { says: 'an unknown function is not found', fn: 'nowhere', body: {}, status: 404, code: 'PGRST202' },
  { says: 'a name is never SQL', fn: 'add(1);--', body: {}, status: 404, code: 'PGRST202' },
  { says: 'a value of the wrong type is refused', fn: 'add', body: { a: 'one' }, status: 400, code: '22P02' },
  { says: 'a number out of range is refused', fn: 'add', body: { a: 3e9 }, status: 400, code: '22003' },
]

const BODIES: GatewayCase[] = [
  { says: 'broken JSON is refused', fn: 'add', body: '{"a":', status: 400, code: 'PGRST102' },
  { says: 'an array as body is refused', fn: 'add', body: '[{"a":1}]', status: 400, code: 'PGRST102' },
  { says: 'null as body is refused', fn: 'add', body: 'null', status: 400, code: 'PGRST102' },
  { says: 'NUL in a text is refused', fn: 'echo', body: { value: 'a\u0000b' }, status: 400, code: '22P05' },
  { says: 'NUL in JSON is refused', fn: 'echo_json', body: { value: 'a\u0000b' }, status: 400, code: '22P05' },
  { says: 'half a surrogate pair is refused', fn: 'echo', body: '{"value":"\\ud800"}', status: 400, code: '22P02' },
  {
    says: 'quotes and backslashes survive',
    fn: 'echo',
    body: { value: `'"\\ $1; -- €😀` },
    status: 200,
    answer: `'"\\ $1; -- €😀`,
  },
]

const SHAPES: GatewayCase[] = [
  { says: 'void is 204 without a body', fn: 'nothing', body: {}, status: 204 },
  { says: 'a scalar null is null', fn: 'no_value', body: {}, status: 200, answer: null },
  { says: 'JSON null is null', fn: 'echo_json', body: { value: null }, status: 200, answer: null },
  { says: 'a composite is an object', fn: 'one_pair', body: {}, status: 200, answer: { a: 1, b: 'x' } },
  {
    says: 'out arguments are an object',
    fn: 'out_arguments',
    body: { n: 4 },
    status: 200,
    answer: { half: 2, double: 8 },
  },
  { says: 'a set of scalars is an array', fn: 'numbers', body: { n: 2 }, status: 200, answer: [1, 2] },
  {
    says: 'a set of composites is an array of objects',
    fn: 'pairs',
    body: { n: 1 },
    status: 200,
    answer: [{ a: 1, b: 'x1' }],
  },
  { says: 'a table is an array of objects', fn: 'table_of', body: { n: 1 }, status: 200, answer: [{ x: 1, y: 'y1' }] },
  { says: 'a table of one column too', fn: 'one_column', body: { n: 1 }, status: 200, answer: [{ x: 1 }] },
  { says: 'an empty set is []', fn: 'pairs', body: { n: 0 }, status: 200, answer: [] },
  {
    says: 'one row may be asked for as an object',
    fn: 'pairs',
    body: { n: 1 },
    accept: OBJECT,
    status: 200,
    answer: { a: 1, b: 'x1' },
  },
  { says: 'no row is not an object', fn: 'pairs', body: { n: 0 }, accept: OBJECT, status: 406, code: 'PGRST116' },
  { says: 'two rows are not an object', fn: 'pairs', body: { n: 2 }, accept: OBJECT, status: 406, code: 'PGRST116' },
  {
    says: 'a single value is an object of its own',
    fn: 'one_pair',
    body: {},
    accept: OBJECT,
    status: 200,
    answer: { a: 1, b: 'x' },
  },
]

const session = { session: 'authenticator', path: 'public', zone: 'UTC' }

const ROLES: GatewayCase[] = [
  {
    says: 'the key makes service_role',
    fn: 'whoami',
    body: {},
    status: 200,
    answer: { ...session, role: 'service_role', claims: { role: 'service_role' } },
  },
  {
    says: 'without a key the caller is anon',
    fn: 'whoami',
    body: {},
    as: 'anon',
    status: 200,
    answer: { ...session, role: 'anon', claims: { role: 'anon' } },
  },
  { says: 'an unknown key is refused', fn: 'whoami', body: {}, as: 'unknown', status: 401, code: 'PGRST301' },
  { says: 'anon may not call what is not granted', fn: 'guarded', body: {}, as: 'anon', status: 401, code: '42501' },
  { says: 'service_role may', fn: 'guarded', body: {}, status: 200, answer: 1 },
  { says: 'nobody becomes the superuser', fn: 'become_postgres', body: {}, status: 403, code: '42501' },
  { says: 'a stable function runs read-only', fn: 'is_read_only', body: {}, status: 200, answer: 'on' },
  { says: 'a stable function that writes is refused', fn: 'stable_write', body: {}, status: 405, code: '25006' },
]

const ERRORS: GatewayCase[] = [
  ['P0001', 400],
  ['PT404', 404],
  ['PT409', 409],
  ['PT429', 429],
  ['23505', 409],
  ['23503', 409],
  ['23514', 400],
  ['42501', 403],
  ['22023', 400],
  ['40001', 500],
  ['40P01', 500],
  ['53300', 503],
  ['55P03', 500],
  ['57014', 500],
  ['57P01', 503],
  ['08006', 503],
  ['XX000', 500],
].map(([state, status]) => ({
  says: `the state ${state} is ${status}`,
  fn: 'fail',
  body: { state },
  status: Number(status),
  answer: { code: state, details: 'a detail', hint: 'a hint', message: 'said so' },
}))

export const GATEWAY_CASES: GatewayCase[] = [...ARGUMENTS, ...BODIES, ...SHAPES, ...ROLES, ...ERRORS]
