import { DatabaseUnreachableError, isSqlError } from './driver.ts'
import type { SqlError } from './driver.ts'
import type { Role } from './api-key.ts'
import type { DatabaseFunction } from './function-catalogue.ts'

export type RpcErrorBody = { code: string; details: string | null; hint: string | null; message: string }

/** An error of the gateway itself, in PostgREST's words: clients look at `code`. */
export class RpcError extends Error {
  override name = 'RpcError'
  readonly status: number
  readonly body: RpcErrorBody

  constructor(
    status: number,
    code: string,
    message: string,
    details: string | null = null,
    hint: string | null = null,
  ) {
    super(message)
    this.status = status
    this.body = { code, details, hint, message }
  }
}

export const invalidJson = (details: string): RpcError =>
  new RpcError(400, 'PGRST102', 'Empty or invalid json', details)

export const unknownKey = (): RpcError => new RpcError(401, 'PGRST301', 'Invalid API key')

export const notReady = (): RpcError => new RpcError(503, 'PGRST002', 'The database is starting')

export const notOneRow = (rows: number): RpcError =>
  new RpcError(406, 'PGRST116', 'Cannot coerce the result to a single JSON object', `The result contains ${rows} rows`)

export function noFunction(name: string, args: readonly string[]): RpcError {
  const wanted =
    args.length === 0 ? `public.${name} without parameters` : `public.${name}(${args.toSorted().join(', ')})`
  return new RpcError(404, 'PGRST202', `Could not find the function ${wanted} in the schema cache`)
}

export function severalFunctions(candidates: readonly DatabaseFunction[]): RpcError {
  const list = candidates.map(
    (fn) => `public.${fn.name}(${fn.args.map(({ name, type }) => `${name} => ${type}`).join(', ')})`,
  )
  const message = `Could not choose the best candidate function between: ${list.join(', ')}`
  return new RpcError(300, 'PGRST203', message, null, 'Rename the parameters or the function: overloads are ambiguous')
}

/** What any failure of a call is answered with. */
export function answerTo(error: unknown, role: Role): { status: number; body: RpcErrorBody } {
  if (error instanceof RpcError) return { status: error.status, body: error.body }
  if (isSqlError(error)) {
    const { code, message, detail, hint } = error
    return { status: statusOf(error, role), body: { code, details: detail ?? null, hint: hint ?? null, message } }
  }
  if (error instanceof DatabaseUnreachableError) return answerTo(new RpcError(503, 'PGRST001', error.message), role)
  return answerTo(new RpcError(500, 'PGRSTX00', 'the gateway failed; its log says why'), role)
}

/** PostgREST's map. A code has five characters, the first two are its class. */
function statusOf({ code }: SqlError, role: Role): number {
  const exact = STATUS_BY_CODE[code]
  if (exact !== undefined) return exact
  if (code === '42501') return role === 'anon' ? 401 : 403
  if (/^PT[1-5]\d\d$/.test(code)) return Number(code.slice(2))
  return STATUS_BY_CLASS[code.slice(0, 2)] ?? 400
}

const STATUS_BY_CODE: Record<string, number> = {
  '21000': 500,
  '23503': 409,
  '23505': 409,
  '25006': 405,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '53400': 500,
  '57P01': 503,
  P0001: 400,
}

const STATUS_BY_CLASS: Record<string, number> = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '25': 500,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '53': 503,
  '54': 500,
  '55': 500,
  '57': 500,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  PT: 500,
  XX: 500,
}
