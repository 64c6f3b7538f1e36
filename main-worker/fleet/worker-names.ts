import type { Context } from '../context.ts'

/** How people call a worker: "FR (cdg)"; one that is no longer configured keeps its id. */
export async function readWorkerNames({ database }: Pick<Context, 'database'>): Promise<(workerId: string) => string> {
  const { workers } = await database.call('read_fleet', {})
  const names = new Map(workers.map(({ id, name, region }) => [id, `${name} (${region})`]))
  return (workerId) => names.get(workerId) ?? workerId
}
