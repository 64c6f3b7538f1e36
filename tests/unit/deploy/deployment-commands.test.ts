import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { planSetup } from '../../../local/setup/plan-setup.ts'
import type { Target } from '../../../local/setup/variables.ts'
import { BACKUP, EMBEDDED_RESTORE, RESTORE } from '../../support/deploy/backup-commands.ts'
import { makeInput } from '../local/setup/make-input.ts'

/** What setup prints to somebody who has nothing yet and takes every default. */
const printed = (target: Target): string[] =>
  planSetup(makeInput({ target, isDryRun: true, answers: {} })).commands.map(({ command }) => command)

/** The lines of the fenced `sh` blocks of a document, without comments. */
const commandsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^( *)```sh\n([^]*?)^\1```$/gm)]
    .flatMap(([, , block = '']) => block.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

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

const document = (commands: string[]): string =>
  commands.map((command) => `Why.\n\n\`\`\`sh\n# a comment\n${command}\n\`\`\`\n\n\`\`\`\nout put\n\`\`\`\n`).join('\n')

test('a document with every command in its order passes, whatever else it shows', () => {
  for (const target of ['fly', 'home'] as const) {
    const commands = commandsOf(document(['git clone URL', ...printed(target), 'npm run doctor']))
    assert.equal(commands.length, printed(target).length + 2)
    assertInOrder(commands, printed(target))
  }
})

test('a command that is missing, mistyped or in another place is named', () => {
  const commands = printed('fly')
  const [first = '', second = ''] = commands
  assert.throws(() => assertInOrder(commands.slice(1), commands), /fly auth login does not stand there/)
  assert.throws(() => assertInOrder([`${first} `, ...commands.slice(1)], commands), /does not stand there/)
  assert.throws(() => assertInOrder([second, first, ...commands.slice(2)], commands), /stands too early/)
})

for (const target of ['fly', 'home'] as const)
  test(`DEPLOYMENT.md has the commands that setup prints for ${target}, character for character and in their order`, () => {
    assertInOrder(commandsOf(readFileSync('DEPLOYMENT.md', 'utf8')), printed(target))
  })

test('docs/operations.md has the commands by which the tests make a backup and restore it', () => {
  const commands = commandsOf(readFileSync('docs/operations.md', 'utf8'))
  for (const list of [BACKUP, RESTORE, EMBEDDED_RESTORE]) assertInOrder(commands, list)
})
