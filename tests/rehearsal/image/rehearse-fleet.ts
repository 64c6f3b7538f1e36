import assert from 'node:assert/strict'
import { eventually } from '../../support/fleet/eventually.ts'
import { memoryOf } from './process-memory.ts'
import type { Kind, Stage } from './stage.ts'
import type { Container, ContainerOptions } from './start-container.ts'

export type Tried = { what: string; seen: string }
export type Measured = {
  process: string
  image: Kind
  readyS: number
  rssMb: number
  anonymousMb: number
  stoppedS: number
}

export type Started = { container: Container; readyS: number }

const READY = { main: '"mainReady"', worker: '"workerReady"', 'worker-browser': '"workerReady"' }

/** A worker or main, up and ready. */
export async function startReady(stage: Stage, image: Kind, options: ContainerOptions = {}): Promise<Started> {
  const startedAt = performance.now()
  const env = image === 'main' ? stage.env.main : stage.env.worker
  const container = stage.start(image, { ...options, env: { ...env, ...options.env } })
  await container.says(READY[image])
  return { container, readyS: (performance.now() - startedAt) / 1_000 }
}

/** Stops a container in order; its memory is looked at before. */
export async function stopMeasured(process: string, image: Kind, { container, readyS }: Started): Promise<Measured> {
  const memory = memoryOf(container.pid())
  const { code, signal, seconds } = await container.stop()
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, container.output())
  assert.ok(seconds < 20)
  return { process, image, readyS, ...memory, stoppedS: seconds }
}

/** What Fly runs as release_command, twice. */
export async function rehearseMigrations(stage: Stage): Promise<Tried> {
  const applied: number[] = []
  for (let time = 0; time < 2; time += 1) {
    const command = ['node', 'local/database/migrate.ts']
    const container = stage.start('main', { command, env: { DATABASE_URL: stage.postgres.url } })
    assert.deepEqual(await container.ended, { code: 0, signal: null }, container.output())
    applied.push(container.output().match(/^\d{14}$/gm)?.length ?? 0)
  }
  assert.ok((applied[0] ?? 0) > 0)
  assert.equal(applied[1], 0)
  return {
    what: 'the release command `node local/database/migrate.ts` against an empty PostgreSQL 17, then again',
    seen: `${applied[0]} migrations applied, then none; exit code 0`,
  }
}

/** The gateway as compose.yaml starts it. */
export async function startGateway(stage: Stage): Promise<Started> {
  const startedAt = performance.now()
  const container = stage.start('main', { command: ['node', 'local/database/main.ts'], env: stage.env.gateway })
  await container.says('serving on')
  assert.equal((await fetch(`${stage.url('gateway')}/health`)).status, 200)
  return { container, readyS: (performance.now() - startedAt) / 1_000 }
}

/** A new listing goes all the way from the site to the chat. */
export async function rehearseCycle(stage: Stage): Promise<{ tried: Tried; measured: Measured[] }> {
  const worker = await startReady(stage, 'worker')
  const main = await startReady(stage, 'main')
  await stage.api('main', 'POST', '/api/v1/alerts', { name: 'rehearsal', market: 'fr', searchText: 'lighthouse' })
  const first = await stage.api('main', 'POST', '/api/v1/alerts/run-once')
  const listing = { title: 'Lighthouse of the rehearsal', brand: 'Nike', size: 'M', statusId: 2, price: 12 }
  await stage.sandbox.control('POST', 'listings', { market: 'fr', listings: [listing] })
  const second = await stage.api('main', 'POST', '/api/v1/alerts/run-once')
  assert.deepEqual([first['status'], second['status']], ['done', 'done'], JSON.stringify([first, second]))
  await eventually(async () => {
    const messages = await stage.sandbox.control<{ caption?: string }[]>('GET', 'messages')
    assert.equal(messages.filter(({ caption }) => caption?.includes(listing.title)).length, 1, JSON.stringify(messages))
  })
  return {
    tried: {
      what: 'an alert by the API, a listing, one cycle by `run-once`: main and a worker from their images',
      seen: 'the cycle is done, the find arrives in the chat once',
    },
    measured: [await stopMeasured('main', 'main', main), await stopMeasured('worker', 'worker', worker)],
  }
}
