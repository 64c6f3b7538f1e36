import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine } from '../../support/report/describe-machine.ts'
import { formatTable } from '../../support/report/format-table.ts'
import { baseRoot } from './base-root.ts'
import { createImageBuilder } from './build-image.ts'
import type { Image } from './build-image.ts'
import { machineFiles } from './machine-files.ts'
import { rehearseBrowser } from './rehearse-browser.ts'
import { rehearseCycle, rehearseMigrations, startGateway, stopMeasured } from './rehearse-fleet.ts'
import { rehearseStarts } from './rehearse-starts.ts'
import { openStage } from './stage.ts'

const ABOUT = `## The images, without Docker

\`npm run rehearse -- image\` executes the Dockerfile in a Debian bookworm made by debootstrap, which stands in for
\`node:24-bookworm-slim\` (same Debian, same Node, npm and user \`node\`; not the same bytes). Each instruction writes a layer of an
overlay; each target is then started in a mount and a PID namespace of its own, its process as PID 1 and as the user of the image,
on the network of this machine, against a real PostgreSQL and the sandbox outside.

Not tried: Docker and Compose themselves (\`compose.yaml\` is only compared with the code by tests), their seccomp filter, memory
limits and networks, the real image's bytes, arm64, a Fly Machine, and the real site.

Chromium's own sandbox needs user namespaces. Docker's default filter refuses them to an unprivileged process, and what a Fly Machine's
kernel allows was not tried; so \`worker-browser\` sets \`CHROME_ARGS=--no-sandbox\`, and the container (on Fly a virtual machine) is
the boundary around the browser. Where \`unshare --user true\` works in the container as the user node, an empty \`CHROME_ARGS\`
brings the sandbox back: the table has both.
`

/** A rehearsal takes minutes: a line on the terminal says how far it is. */
const say = (what: string): void => void process.stderr.write(`${what}\n`)

/** Wants root on Debian with apt and npm; a few minutes. */
export async function rehearse(): Promise<string> {
  if (process.getuid?.() !== 0) throw new Error('this part mounts and changes roots: it wants root on Debian or Ubuntu')
  const about = describeMachine(new Date())
  const folder = mkdtempSync(join(tmpdir(), 'vigie-image-'))
  await using opened = new AsyncDisposableStack()
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const files = join(folder, 'machine')
  const runEnv = machineFiles(files)
  const { build, newScratch } = createImageBuilder({ base: baseRoot(), folder, machineFiles: files, runEnv })
  const images = { main: build('main'), worker: build('worker'), 'worker-browser': build('worker-browser') }

  say('opening')
  const stage = await openStage({ images, newScratch, machineFiles: files }, opened)
  say('images built')
  const migrations = await rehearseMigrations(stage)
  say('migrated')
  const gateway = await startGateway(stage)
  const cycle = await rehearseCycle(stage)
  say('cycle done')
  const browser = await rehearseBrowser(stage)
  say('browser done')
  const starts = await rehearseStarts(stage)
  const measured = [...cycle.measured, await stopMeasured('gateway', 'main', gateway), ...browser.measured]
  const tried = [migrations, cycle.tried, ...browser.tried, ...starts]
  return [
    ABOUT,
    formatTable(
      {
        title: 'What was tried',
        n: `${tried.length} things`,
        columns: ['tried', 'seen'],
        rows: tried.map(({ what, seen }) => [what, seen]),
      },
      about,
    ),
    formatTable(
      {
        title: 'The processes',
        n: 'once each',
        columns: ['process', 'image', 'ready after s', 'RSS MB', 'of it anonymous', 'SIGTERM to exit 0, s'],
        rows: measured.map((one) => [one.process, one.image, one.readyS, one.rssMb, one.anonymousMb, one.stoppedS]),
      },
      about,
    ),
    formatTable(
      {
        title: 'The images',
        n: 'the base is not the bytes of the real one',
        columns: ['image', 'layer', 'MB on disk', 'MB with gzip'],
        rows: Object.values(images).flatMap(layerRows),
      },
      about,
    ),
  ].join('\n')
}

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0)

const layerRows = ({ name, layers }: Image): (string | number)[][] => [
  ...layers
    .filter(({ megabytes }) => megabytes > 0.05)
    .map(({ text, megabytes, sentMb }) => [name, `\`${text}\``, megabytes, sentMb]),
  [name, 'all', sum(layers.map(({ megabytes }) => megabytes)), sum(layers.map(({ sentMb }) => sentMb))],
]
