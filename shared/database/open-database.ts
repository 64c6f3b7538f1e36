import { createClient } from '@supabase/supabase-js'
import type { z } from 'zod'
import { rpcs } from './rpcs.ts'
import type { RpcArgs, RpcName, RpcResult } from './rpcs.ts'
import { createUndiciFetch } from './undici-fetch.ts'

const DEADLINE_MS = 10_000

/** The database did not do what it was asked. `httpStatus` 0: it could not be reached, the call may or may not have happened. */
export class DatabaseError extends Error {
  readonly fn: string
  readonly code: string
  readonly httpStatus: number
  readonly hint: string

  constructor(
    fn: string,
    message: string,
    detail: { code?: string; httpStatus: number; hint?: string; cause?: unknown },
  ) {
    super(`${fn}: ${message}`, { cause: detail.cause })
    this.name = 'DatabaseError'
    this.fn = fn
    this.code = detail.code ?? 'UNREACHABLE'
    this.httpStatus = detail.httpStatus
    this.hint = detail.hint ?? ''
  }

  /** Worth repeating as it is: the fault was on the way or in the server, not in the call. */
  get isTransient(): boolean {
    return this.httpStatus === 0 || this.httpStatus >= 500
  }

  /** A lease or run that went to another process meanwhile. */
  get isStale(): boolean {
    return this.hint === 'STALE_RUN'
  }
}

export type Database = {
  /** One function = one transaction. Throws DatabaseError; functions are idempotent, so a transient failure may be repeated. */
  call<Name extends RpcName>(name: Name, args: RpcArgs<Name>, signal?: AbortSignal): Promise<RpcResult<Name>>
}

export function openDatabase(url: string, serviceRoleKey: string): Database {
  const client = createClient(url, serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: createUndiciFetch() },
  })
  return {
    async call(name, args, signal) {
      const deadline = AbortSignal.timeout(DEADLINE_MS)
      const { data, error, status } = await client
        .rpc(name, args)
        .abortSignal(signal ? AbortSignal.any([signal, deadline]) : deadline)
      if (error) {
        signal?.throwIfAborted()
        throw new DatabaseError(name, error.message, { code: error.code, httpStatus: status, hint: error.hint })
      }
      // supabase-js turns a 404 with an empty body into a success with null: only these two are answers.
      if (status !== 200 && status !== 204) throw new DatabaseError(name, `HTTP ${status}`, { httpStatus: status })
      const parsed = (rpcs[name].result as z.ZodType).safeParse(data ?? null)
      if (!parsed.success) {
        throw new DatabaseError(name, 'unexpected answer', { code: 'ANSWER', httpStatus: status, cause: parsed.error })
      }
      return parsed.data as RpcResult<typeof name>
    },
  }
}
