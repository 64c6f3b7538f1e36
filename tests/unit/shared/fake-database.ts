import type { Database } from '#shared/database/open-database.ts'
import type { RpcArgs, RpcName, RpcResult } from '#shared/database/rpcs.ts'

type Handlers = {
  [Name in RpcName]?: (args: RpcArgs<Name>, signal?: AbortSignal) => RpcResult<Name> | Promise<RpcResult<Name>>
}
export type FakeDatabase = Database & { calls: { name: RpcName; args: unknown }[]; argsOf(name: RpcName): unknown[] }

/** A database that answers with `handlers` and remembers what it was asked; any other call is an error. */
export function fakeDatabase(handlers: Handlers): FakeDatabase {
  const calls: FakeDatabase['calls'] = []
  return {
    calls,
    argsOf: (name) => calls.filter((call) => call.name === name).map(({ args }) => args),
    async call(name, args, signal) {
      calls.push({ name, args })
      const handler = handlers[name]
      if (!handler) throw new Error(`unexpected call of ${name}`)
      return handler(args, signal)
    },
  }
}
