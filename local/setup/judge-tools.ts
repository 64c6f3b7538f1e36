import { finding } from './finding.ts'
import type { Finding } from './finding.ts'
import type { Target } from './variables.ts'

/** The first line of what a tool says of its version; null: it is not there. */
export type ToolFacts = {
  node: string
  npm: string | null
  git: string | null
  fly: string | null
  /** The same program under its older name. */
  flyctl: string | null
  /** Who is logged in to Fly.io; null: nobody, or Fly did not say. */
  flyUser: string | null
  gh: string | null
  docker: string | null
  compose: string | null
  jq: string | null
  curl: string | null
}

const there = (
  tool: string,
  version: string | null,
  missing: 'npmMissing' | 'gitMissing' | 'ghMissing' | 'jqMissing',
): Finding => (version === null ? finding('look', tool, missing) : finding('ok', tool, 'toolOk', { version }))

function judgeFly({ fly, flyctl, flyUser }: ToolFacts): Finding[] {
  if (fly === null)
    return [flyctl === null ? finding('look', 'fly', 'flyMissing') : finding('look', 'fly', 'flyUnderOldName')]
  return [
    finding('ok', 'fly', 'toolOk', { version: fly }),
    flyUser === null
      ? finding('look', 'Fly.io', 'flyLoggedOut')
      : finding('ok', 'Fly.io', 'flyUser', { user: flyUser }),
  ]
}

function judgeDocker({ docker, compose }: ToolFacts): Finding[] {
  if (docker === null) return [finding('look', 'docker', 'dockerMissing')]
  return [
    finding('ok', 'docker', 'toolOk', { version: docker }),
    compose === null
      ? finding('look', 'docker compose', 'composeMissing')
      : finding('ok', 'docker compose', 'toolOk', { version: compose }),
  ]
}

/** `--json`, with which the documents ask, is of March 2022. */
const CURL = [7, 82] as const

function judgeCurl({ curl }: ToolFacts): Finding {
  if (curl === null) return finding('look', 'curl', 'curlMissing')
  const version = /^curl \d+\.\d+\S*/.exec(curl)?.[0] ?? curl
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(version)?.map(Number) ?? []
  const isOld = major < CURL[0] || (major === CURL[0] && minor < CURL[1])
  return isOld ? finding('look', 'curl', 'curlOld', { version }) : finding('ok', 'curl', 'toolOk', { version })
}

/** A tool that is missing holds nothing up here: setup only writes files and prints commands. */
export const judgeTools = (target: Target, facts: ToolFacts): Finding[] => [
  finding('ok', 'node', 'toolOk', { version: facts.node }),
  ...(target === 'home'
    ? judgeDocker(facts)
    : [
        there('npm', facts.npm, 'npmMissing'),
        there('git', facts.git, 'gitMissing'),
        ...judgeFly(facts),
        there('gh', facts.gh, 'ghMissing'),
      ]),
  judgeCurl(facts),
  there('jq', facts.jq, 'jqMissing'),
]
