import { z } from 'zod'

/** Every problem of an environment at once. `message` has a line per variable: name, what it got (secrets hidden), an example. */
export class InvalidEnvironmentError extends Error {
  constructor(problems: string[]) {
    super(`The environment is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.name = 'InvalidEnvironmentError'
  }
}

type Variable<Type extends z.ZodType> = { schema: Type; example: string; isSecret: boolean }
type Table = Record<string, Variable<z.ZodType>>
type Values<T extends Table> = { [Name in keyof T]: z.output<T[Name]['schema']> }

export const variable = <Type extends z.ZodType>(schema: Type, example: string): Variable<Type> => ({
  schema,
  example,
  isSecret: false,
})
export const secret = <Type extends z.ZodType>(schema: Type, example: string): Variable<Type> => ({
  schema,
  example,
  isSecret: true,
})

/**
 * Reads the variables of a table; an empty string counts as not set. `check` adds the problems that lie between variables
 * (those that are wrong by themselves are undefined there). Throws InvalidEnvironmentError.
 */
export function readEnvironment<T extends Table>(
  table: T,
  environment: Record<string, string | undefined>,
  check: (values: Partial<Values<T>>) => string[] = () => [],
): Values<T> {
  const problems: string[] = []
  const values = Object.entries(table).map(([name, { schema, example, isSecret }]) => {
    const got = environment[name] || undefined
    const parsed = schema.safeParse(got)
    if (parsed.success) return [name, parsed.data]
    const shown =
      got === undefined ? 'is not set' : `got ${isSecret ? `${got.length} characters` : JSON.stringify(got)}`
    problems.push(
      `${name}: ${shown}; ${parsed.error.issues.map((issue) => issue.message).join(', ')}. Example: ${example}`,
    )
    return [name, undefined]
  })
  const result = Object.fromEntries(values) as Values<T>
  problems.push(...check(result))
  if (problems.length > 0) throw new InvalidEnvironmentError(problems)
  return result
}

const wholeNumber = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN)

/** A whole number that may be left out. */
export const optionalNumber = (min = 0, max = 2_147_483_647) =>
  z
    .string()
    .transform(wholeNumber)
    .refine((value) => value >= min && value <= max, `wants a whole number from ${min} to ${max}`)
    .optional()

/** Milliseconds or counts, written as a whole number. */
export const number = (fallback: number, min = 0, max = 2_147_483_647) =>
  optionalNumber(min, max).transform((value) => value ?? fallback)

export const flag = z
  .enum(['true', 'false'], { error: 'wants true or false' })
  .default('false')
  .transform((text) => text === 'true')

export const url = z.url({ protocol: /^https?$/, error: 'wants an http(s) URL' })

export const text = z.string({ error: 'is required' }).min(1)

/** `host:port,host:port`; nobody by default. */
export const hosts = z
  .string()
  .default('')
  .transform((list) => list.split(',').map((host) => host.trim().toLowerCase()))
  .transform((list) => list.filter((host) => host !== ''))
  .refine(
    (list) => list.every((host) => /^([a-z0-9._-]+|\[[0-9a-f:.]+\]):\d{1,5}$/.test(host)),
    'wants host:port, several with commas between',
  )

/** 32 characters at least: the same rule for every key that guards a door. */
export const apiSecret = z.string({ error: 'is required' }).min(32, 'wants 32 characters or more')

/** 32 bytes, base64: an AES-256 key. */
export const cookieKey = z
  .string({ error: 'is required' })
  .refine((value) => Buffer.from(value, 'base64').length === 32, 'wants 32 bytes in base64')

export const logLevel = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
    error: 'wants fatal, error, warn, info, debug or trace',
  })
  .default('info')

/** Longest timer of Node: anything above turns into 1 ms, so it means "off". */
const LONGEST_TIMER_MS = 2_147_483_647

/** `0`, `off` and anything a timer cannot hold turn the clock off: null. */
export const interval = (fallbackMs: number) =>
  z
    .string()
    .default(String(fallbackMs))
    .transform((value) => (value.toLowerCase() === 'off' ? 0 : /^\d+$/.test(value) ? Number(value) : Number.NaN))
    .refine((value) => !Number.isNaN(value), 'wants milliseconds, or "off"')
    .transform((value) => (value === 0 || value > LONGEST_TIMER_MS ? null : value))

export const WorkerAddress = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'wants an id like worker-fr'),
  name: z.string().min(1).max(40),
  region: z.string().min(1).max(40),
  url,
})
export type WorkerAddress = z.infer<typeof WorkerAddress>

/** A JSON list of workers with different ids. */
export const workers = z
  .string({ error: 'is required' })
  .transform((value, context) => {
    try {
      return JSON.parse(value) as unknown
    } catch (error) {
      context.addIssue(`wants JSON: ${String(error)}`)
      return z.NEVER
    }
  })
  .pipe(z.array(WorkerAddress))
  .refine((list) => new Set(list.map((worker) => worker.id)).size === list.length, 'wants different ids')
