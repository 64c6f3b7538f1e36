import type { Facts, SeenFacts } from './facts.ts'
import { finding } from './finding.ts'
import type { Finding } from './finding.ts'

/** As in package.json's engines. */
const OLDEST_NODE = '22.19.0'

/** Numbers of a version, comparable one by one. */
const isOlder = (version: string, than: string): boolean => {
  const [ours, theirs] = [version, than].map((text) => text.split('.').map(Number))
  for (const [place, wanted] of (theirs ?? []).entries()) {
    const got = ours?.[place] ?? 0
    if (got !== wanted) return got < wanted
  }
  return false
}

/** 32 random hexadecimal characters have 14 different ones on average, and hardly ever fewer than 9. */
const FEWEST_DIFFERENT_CHARACTERS = 9

function ofKey({ secret: { distinct, hasPrevious } }: SeenFacts): Finding {
  if (distinct < FEWEST_DIFFERENT_CHARACTERS) return finding('look', ['key'], 'keyWeak', { distinct })
  return hasPrevious ? finding('look', ['key'], 'keyPrevious') : finding('ok', ['key'], 'keyOk')
}

const LOOPBACK = /^http:\/\/(localhost|127\.|\[::1\])/

function ofAddress({ publicBaseUrl: url }: SeenFacts): Finding {
  if (url === null) return finding('ok', ['address'], 'addressLocal')
  const isSafe = url.startsWith('https://') || LOOPBACK.test(url)
  return isSafe
    ? finding('ok', ['address'], 'addressOk', { url })
    : finding('broken', ['address'], 'addressPlain', { url })
}

/** Either is fine; who wonders why nothing real happens finds the reason here. */
function ofEnvFile({ hasEnvFile, target: { mode } }: Facts): Finding[] {
  if (hasEnvFile === null) return []
  if (!hasEnvFile) return [finding('ok', ['settings', '.env'], 'envFileAbsent')]
  return [finding('ok', ['settings', '.env'], mode === 'live' ? 'envFileRead' : 'envFileUnread')]
}

/** This machine, the variables and the key. */
export function judgeSetup(facts: Facts): Finding[] {
  const { node, settings, seen } = facts
  return [
    isOlder(node, OLDEST_NODE)
      ? finding('broken', ['node'], 'nodeOld', { version: node, wants: OLDEST_NODE })
      : finding('ok', ['node'], 'nodeOk', { version: node }),
    ...ofEnvFile(facts),
    ...settings.flatMap(({ of, problems }) =>
      problems.length === 0
        ? [finding('ok', ['settings', of], 'settingsOk')]
        : problems.map((problem) => finding('broken', ['settings', of], 'settingsWrong', { problem })),
    ),
    ...(seen ? [ofKey(seen), ofAddress(seen)] : []),
  ]
}
