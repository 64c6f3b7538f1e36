import { readFileSync } from 'node:fs'

/** One fenced block: its language, its lines without the indentation of a list around it, and the line it begins at. */
type Block = { language: string; text: string; line: number }

/** The fenced blocks of a Markdown file, in order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let open: { indent: number; block: Block } | null = null
  for (const [place, line] of markdown.split('\n').entries()) {
    const fence = /^( *)```(\w*)$/.exec(line)
    if (fence && open === null) {
      open = { indent: fence[1]?.length ?? 0, block: { language: fence[2] ?? '', text: '', line: place + 1 } }
    } else if (fence && open !== null) {
      blocks.push(open.block)
      open = null
    } else if (open !== null) {
      open.block.text += `${line.slice(open.indent)}\n`
    }
  }
  if (open !== null) throw new Error(`a block that begins in line ${open.block.line} has no end`)
  return blocks
}

export const readDocument = (file: string) => {
  const text = readFileSync(file, 'utf8')
  return { file, text, blocks: blocksOf(text) }
}

/** The commands of a block: one a line, comments left out. Our documents use no here-documents and no quotes over several lines. */
export const commandsOf = (block: Block): string[] =>
  block.text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))

/** Those of all its `sh` blocks. */
export const shellCommandsOf = ({ blocks }: { blocks: Block[] }): string[] =>
  blocks.filter(({ language }) => language === 'sh').flatMap(commandsOf)

const KEYWORDS = new Set(['while', 'do', 'done', 'if', 'then', 'else', 'fi', '{', '}', '!'])

/**
 * The programs a command line calls, in order: what stands first in it, after a pipe, `;`, `&&` or in `$(…)`. Programs that
 * have commands of their own are named with the first one (`npm run setup`, `fly deploy`).
 */
export function toolsOf(command: string): string[] {
  const bare = command
    .replaceAll(/'[^']*'/g, 'Q')
    .replaceAll(/"([^"]*)"/g, (_all, inside: string) => (inside.includes('$(') ? inside : 'Q'))
    // The head of a function.
    .replaceAll(/\w+\(\) *\{/g, ';')
  // Parts and what stands before each: after the end of `$(…)` the arguments of the command around it go on.
  const parts = bare.split(/(\|\|?|&&|;|\$\(|\))/)
  return parts.flatMap((part, place) => {
    if (place % 2 === 1 || parts[place - 1] === ')') return []
    const words = part.trim().split(/\s+/)
    while (words[0] !== undefined && (KEYWORDS.has(words[0]) || /^\w+=/.test(words[0]))) words.shift()
    const [tool, ...rest] = words
    if (tool === undefined || tool === '') return []
    const own = rest.filter((word) => !word.startsWith('-'))
    if (tool === 'npm') return [['npm', ...own.slice(0, own[0] === 'run' ? 2 : 1)].join(' ')]
    if (tool === 'fly') return [['fly', ...own.slice(0, FLY_WORDS.has(own[0] ?? '') ? 2 : 1)].join(' ')]
    return [tool]
  })
}

/** Those of flyctl's commands that are groups. */
const FLY_WORDS = new Set(['apps', 'secrets', 'ips', 'machine', 'scale', 'tokens', 'auth', 'ssh'])
