import type { Database } from '#shared/database/open-database.ts'
import type { RecordedCheck } from '#shared/database/checks.ts'
import { rpcs } from '#shared/database/rpcs.ts'
import type { RpcArgs } from '#shared/database/rpcs.ts'
import type { TestDatabase } from '../../../support/database/test-database.ts'

/**
 * The same SQL functions without HTTP in between: what four regions would ask through connections of their own. `onChecked`
 * is told of every alert whose check was recorded, whether main has heard of it or not.
 */
export const gatewayLessDatabase = (
  { query }: Pick<TestDatabase, 'query'>,
  onChecked: (alertId: string) => void,
): Database => ({
  async call(name, args) {
    const names = Object.keys(args)
    const named = names.map((arg, place) => `${arg} => $${place + 1}`).join(', ')
    const values = Object.values(args).map((value) => (typeof value === 'object' ? JSON.stringify(value) : value))
    const [row] = await query<{ result: unknown }>(`select public.${name}(${named}) as result`, values)
    const result = rpcs[name].result.parse(row?.result ?? null)
    if (name === 'record_check' && (result as RecordedCheck).recorded)
      for (const { alertId } of (args as RpcArgs<'record_check'>).check_result.alerts) onChecked(alertId)
    return result as never
  },
})
