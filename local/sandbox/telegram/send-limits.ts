/** A bucket that holds `size` calls and refills at `perSecond`. */
type Bucket = { level: number; at: number }
type BucketRule = { size: number; perSecond: number }

/** Telegram forgives a short burst in one chat. */
const CHAT: BucketRule = { size: 3, perSecond: 1 }
const OVERALL: BucketRule = { size: 30, perSecond: 30 }
const GROUP_PER_MINUTE = 20
const MINUTE_MS = 60_000

export type SendLimits = {
  /** 0: go ahead, and it is counted. Otherwise seconds to wait; a refused call costs nothing. */
  admit(chatId: number, now: number): number
}

/** About one message a second per chat, 20 within any minute per group, 30 a second overall. */
export function createSendLimits(): SendLimits {
  const buckets = new Map<string, Bucket>()
  const groups = new Map<number, number[]>()

  const levelOf = (name: string, rule: BucketRule, now: number): number => {
    const bucket = buckets.get(name)
    return bucket ? Math.min(rule.size, bucket.level + ((now - bucket.at) / 1000) * rule.perSecond) : rule.size
  }

  return {
    admit(chatId, now) {
      const rules: [string, BucketRule][] = [
        ['overall', OVERALL],
        [`chat ${chatId}`, CHAT],
      ]
      const levels = rules.map(([name, rule]) => ({ name, rule, level: levelOf(name, rule, now) }))
      const waits = levels.map(({ rule, level }) => (level >= 1 ? 0 : (1 - level) / rule.perSecond))
      const recent = (groups.get(chatId) ?? []).filter((time) => time > now - MINUTE_MS)
      const oldest = recent.at(-GROUP_PER_MINUTE)
      if (chatId < 0 && oldest !== undefined) waits.push((oldest + MINUTE_MS - now) / 1000)
      const waitS = Math.max(...waits)
      if (waitS > 0) return Math.max(1, Math.ceil(waitS))
      for (const { name, level } of levels) buckets.set(name, { level: level - 1, at: now })
      if (chatId < 0) groups.set(chatId, [...recent, now])
      return 0
    },
  }
}
