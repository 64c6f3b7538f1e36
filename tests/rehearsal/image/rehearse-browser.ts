import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { familyOf } from './process-memory.ts'
import { startReady, stopMeasured } from './rehearse-fleet.ts'
import type { Measured, Tried } from './rehearse-fleet.ts'
import type { Stage } from './stage.ts'
import type { ContainerOptions } from './start-container.ts'

type Visit = { seen: string; peakMb: number; zombies: number; measured: Measured }

const LOOK_EVERY_MS = 200

/** One session made by the browser of the image. A worker that cannot says why; it goes on and stops in order either way. */
async function visit(stage: Stage, chromeArgs: string, options: ContainerOptions = {}): Promise<Visit> {
  const env = { CHROME_ARGS: stage.chromeArgs(chromeArgs) }
  const worker = await startReady(stage, 'worker-browser', { ...options, env })
  const pid = worker.container.pid()
  const making = stage
    .api('worker', 'POST', '/api/v1/worker/execute', {
      type: 'generate-cookies',
      payload: { market: 'fr', method: 'browser', force: true },
    })
    .then(
      ({ data }) => `made: ${(data as unknown as { cookieNames: string[] }).cookieNames.join(', ')}`,
      (error: unknown) => `refused: ${String(error)}`,
    )
  let seen: string | undefined
  let peakMb = 0
  while (seen === undefined) {
    peakMb = Math.max(peakMb, familyOf(pid).sharedMb)
    seen = await Promise.race([making, sleep(LOOK_EVERY_MS, undefined)])
  }
  const { zombies } = familyOf(pid)
  return { seen, peakMb, zombies, measured: await stopMeasured('worker, after a visit', 'worker-browser', worker) }
}

/** What the answer says of a visit that was not made, without its advice. */
const reasonOf = (seen: string): string => `refused: ${/"error":"([^"]*?)(?:;|")/.exec(seen)?.[1] ?? seen}`

/** Whether the user node may make a user namespace there: the advice of docs/rehearsal.md. */
async function grantsNamespaces(stage: Stage, withoutUserNamespaces: boolean): Promise<boolean> {
  const command = ['unshare', '--user', 'true']
  return (await stage.start('worker-browser', { command, withoutUserNamespaces }).ended).code === 0
}

export async function rehearseBrowser(stage: Stage): Promise<{ tried: Tried[]; measured: Measured[] }> {
  const own = stage.images['worker-browser'].env['CHROME_ARGS'] ?? ''
  const shipped = await visit(stage, own)
  assert.match(shipped.seen, /^made: /)
  const readOnly = await visit(stage, own, { readOnly: 'but /tmp', isHarmless: true, home: undefined })
  assert.match(readOnly.seen, /^made: /)
  assert.deepEqual([await grantsNamespaces(stage, false), await grantsNamespaces(stage, true)], [true, false])
  const sandboxed = await visit(stage, '')
  const unboxed = await visit(stage, own, { withoutUserNamespaces: true })
  assert.match(unboxed.seen, /^made: /)
  const refused = await visit(stage, '', { withoutUserNamespaces: true })
  assert.match(refused.seen, /^refused: /)
  const unwritable = await visit(stage, own, { readOnly: 'everything' })
  return {
    tried: [
      {
        what: 'a session made by Debian’s Chromium, as the user node, with the image’s own flags',
        seen: `${shipped.seen}; at most ${shipped.peakMb.toFixed(0)} MB, worker included; ${shipped.zombies} ended processes stay uncollected with node as PID 1`,
      },
      {
        what: 'the same as compose.yaml has it: read-only root, tmpfs on /tmp, no capability, no new privileges; HOME unset',
        seen: readOnly.seen,
      },
      {
        what: 'with the image’s flags where the kernel refuses user namespaces, as Docker’s filter does',
        seen: unboxed.seen,
      },
      { what: 'with an empty CHROME_ARGS where it grants them (`unshare --user true` works)', seen: sandboxed.seen },
      {
        what: 'with an empty CHROME_ARGS where it refuses them (`unshare --user true` fails)',
        seen: reasonOf(refused.seen),
      },
      { what: 'a session with nothing writable, /tmp neither', seen: reasonOf(unwritable.seen) },
    ],
    measured: [shipped.measured],
  }
}
