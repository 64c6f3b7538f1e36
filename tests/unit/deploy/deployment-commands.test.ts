import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planSetup } from '../../../local/setup/plan-setup.ts'
import type { Target } from '../../../local/setup/variables.ts'
import { BACKUP, EMBEDDED_RESTORE, RESTORE } from '../../support/deploy/backup-commands.ts'
import { readDocument, shellCommandsOf } from '../../support/deploy/read-document.ts'
import { shippedFlyTexts } from '../../support/deploy/shipped-fleet.ts'
import { makeInput } from '../local/setup/make-input.ts'

/** What setup prints to somebody who has nothing yet and takes every default. */
const printed = (target: Target): string[] =>
  planSetup(makeInput({ target, isDryRun: true, answers: {}, flyTexts: shippedFlyTexts() })).commands.map(
    ({ command }) => command,
  )

/** Each of `wanted` stands in `found`, in the same order; other lines may stand between. Throws naming the first that does not. */
function assertInOrder(found: string[], wanted: string[]): void {
  let from = 0
  for (const command of wanted) {
    const place = found.indexOf(command, from)
    const elsewhere = found.includes(command) ? 'stands too early' : 'does not stand there'
    assert.ok(place >= 0, `${command} ${elsewhere}`)
    from = place + 1
  }
}

test('a command that is missing, mistyped or in another place is named', () => {
  const commands = printed('fly')
  const [first = '', second = ''] = commands
  assert.throws(() => assertInOrder(commands.slice(1), commands), /fly auth login does not stand there/)
  assert.throws(() => assertInOrder([`${first} `, ...commands.slice(1)], commands), /does not stand there/)
  assert.throws(() => assertInOrder([second, first, ...commands.slice(2)], commands), /stands too early/)
})

for (const target of ['fly', 'home'] as const)
  test(`DEPLOYMENT.md has the commands that setup prints for ${target}, character for character and in their order`, () => {
    assertInOrder(shellCommandsOf(readDocument('DEPLOYMENT.md')), printed(target))
  })

test('docs/operations.md has the commands by which the tests make a backup and restore it', () => {
  const commands = shellCommandsOf(readDocument('docs/operations.md'))
  for (const list of [BACKUP, RESTORE, EMBEDDED_RESTORE]) assertInOrder(commands, list)
})
