import assert from 'node:assert/strict'
import { startReady } from './rehearse-fleet.ts'
import type { Tried } from './rehearse-fleet.ts'
import type { Kind, Stage } from './stage.ts'

const without = (env: Record<string, string>, names: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))

/** What is missing is named, all of it, and the process ends with 1. */
async function rehearseMissing(stage: Stage): Promise<Tried[]> {
  const cases = [
    { image: 'main', env: stage.env.main, missing: ['API_SECRET', 'WORKERS'] },
    { image: 'worker', env: stage.env.worker, missing: ['COOKIE_ENCRYPTION_KEY', 'SUPABASE_URL'] },
    {
      image: 'main',
      env: stage.env.gateway,
      missing: ['DATABASE_SERVICE_ROLE_KEY', 'DATABASE_URL'],
      command: ['node', 'local/database/main.ts'],
    },
  ] as const
  return Promise.all(
    cases.map(async ({ image, env, missing, ...more }) => {
      const container = stage.start(image, { env: without(env, [...missing]), ...more })
      assert.deepEqual(await container.ended, { code: 1, signal: null }, container.output())
      for (const name of missing) assert.ok(container.output().includes(name), container.output())
      return {
        what: `${'command' in more ? 'the gateway' : image} without ${missing.join(' and ')}`,
        seen: 'a list that names both, exit code 1',
      }
    }),
  )
}

/** Neither process writes anything by itself. */
async function rehearseReadOnly(stage: Stage): Promise<Tried> {
  for (const image of ['worker', 'main'] satisfies Kind[]) {
    const { container } = await startReady(stage, image, { readOnly: 'everything', isHarmless: true, home: undefined })
    const { code } = await container.stop()
    assert.equal(code, 0, container.output())
  }
  return {
    what: 'main and worker with nothing writable at all, no capability, HOME unset',
    seen: 'both get ready and stop with exit code 0',
  }
}

export async function rehearseStarts(stage: Stage): Promise<Tried[]> {
  return [...(await rehearseMissing(stage)), await rehearseReadOnly(stage)]
}
