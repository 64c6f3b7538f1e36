import { globSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

const DOCUMENT = 'docs/rehearsal.md'
const HEAD = `# Rehearsals

What can be tried without Fly.io, Supabase and Docker is tried by \`npm run rehearse\`: by hand, since it wants root, a package
registry and minutes. Each part writes its own section; what is not written here was not tried.
`

/** Each part is a folder with a rehearse.ts, whose one export answers its section in markdown, or throws. */
type Part = Record<string, () => Promise<string>>

const asked = process.argv.slice(2)
const parts = globSync('tests/rehearsal/*/rehearse.ts').sort()
const chosen = parts.filter((file) => asked.length === 0 || asked.includes(nameOf(file)))
const unknown = asked.filter((name) => !parts.some((file) => nameOf(file) === name))
if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}; there are: ${parts.map(nameOf).join(', ')}`)

for (const file of chosen) {
  const [rehearse] = Object.values((await import(resolve(file))) as Part)
  if (rehearse === undefined) throw new Error(`${file} exports nothing`)
  const section = await rehearse()
  process.stdout.write(`${section}\n`)
  writeSection(nameOf(file), section)
}

function nameOf(file: string): string {
  return basename(dirname(file))
}

/** The other parts stay as they were seen. */
function writeSection(name: string, section: string): void {
  const written = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : ''
  const sections = new Map<string, string>()
  for (const text of written.split(/^(?=<!-- part: )/m)) {
    const [, part, section] = /^<!-- part: (\w+) -->([^]*)$/.exec(text) ?? []
    if (part !== undefined && section !== undefined) sections.set(part, section.trim())
  }
  sections.set(name, section.trim())
  const texts = [...sections].sort().map(([part, text]) => `<!-- part: ${part} -->\n\n${text}\n`)
  writeFileSync(DOCUMENT, [HEAD, ...texts].join('\n'))
}
