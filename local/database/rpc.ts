import type { Role } from './api-key.ts'
import type { Driver } from './driver.ts'
import { isSqlError } from './driver.ts'
import { matchFunctions, readFunctions } from './function-catalogue.ts'
import type { DatabaseFunction } from './function-catalogue.ts'
import { invalidJson, noFunction, notOneRow, severalFunctions } from './rpc-errors.ts'
import { beginCall, isSuperuser } from './rpc-session.ts'
import { rpcStatement } from './rpc-statement.ts'
import type { Shape } from './rpc-statement.ts'

export type RpcCall = { name: string; role: Role; shape: Shape; json: string }
/** JSON text, or null for a function that returns void. */
export type Rpc = (call: RpcCall) => Promise<string | null>

type Catalogue = { functions: DatabaseFunction[]; superuser: boolean }

/** Calls functions of the schema `public` as PostgREST does: one transaction, as the caller's role. */
export async function openRpc(driver: Driver): Promise<Rpc> {
  let catalogue = await readCatalogue(driver)

  const find = async (name: string, args: readonly string[]): Promise<DatabaseFunction> => {
    let found = matchFunctions(catalogue.functions, name, args)
    if (found.length === 0) {
      // A migration may have come from elsewhere, `supabase db push` for one.
      catalogue = await readCatalogue(driver)
      found = matchFunctions(catalogue.functions, name, args)
    }
    const [fn] = found
    if (fn === undefined) throw noFunction(name, args)
    if (found.length > 1) throw severalFunctions(found)
    return fn
  }

  return async ({ name, role, shape, json }) => {
    const args = argumentNames(json)
    const fn = await find(name, args)
    try {
      return await driver.tx(beginCall(role, fn, catalogue), async (session) => {
        const params = args.length === 0 ? [] : [json]
        const [row] = await session.query<{ body: string | null; rows: number }>(rpcStatement(fn, args, shape), params)
        // Thrown inside the transaction: what the function did is rolled back.
        if (shape === 'object' && row?.rows !== 1) throw notOneRow(row?.rows ?? 0)
        return row?.body ?? null
      })
    } catch (error) {
      // Replaced or dropped since the catalogue was read: the next call looks again.
      if (isSqlError(error) && error.code === '42883') catalogue = { ...catalogue, functions: [] }
      throw error
    }
  }
}

async function readCatalogue(driver: Driver): Promise<Catalogue> {
  // An empty search_path makes PostgreSQL spell types with their schema.
  return driver.tx(`begin read only; set local search_path = ''`, async (session) => ({
    functions: await readFunctions(session),
    superuser: await isSuperuser(session),
  }))
}

function argumentNames(json: string): string[] {
  if (json.trim() === '') return []
  const value = parseJson(json)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidJson('an object is expected')
  return Object.keys(value)
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw invalidJson(error instanceof Error ? error.message : String(error))
  }
}
