import { readFileSync } from 'node:fs'
import type { Alert } from '#shared/contracts/alert.ts'
import { answerQuestions } from '../fleet/bench-process.ts'
import { createBareVisitor } from '../fleet/bare-visitor.ts'

/** One list of searches per door, asked one after the other, again and again, for so long. */
export type FloorQuestion = { searches: Alert[][]; ms: number }

const { DOORS = '[]', CA_FILE = '' } = process.env
const ca = readFileSync(CA_FILE, 'utf8')
const visitors = (JSON.parse(DOORS) as string[]).map((door) => createBareVisitor(door, ca))

/** Answers how many pages were asked for and parsed. */
answerQuestions(async ({ searches, ms }: FloorQuestion) => {
  const until = performance.now() + ms
  let requests = 0
  const askAll = async (mine: readonly Alert[], place: number): Promise<void> => {
    for (let next = 0; performance.now() < until; next = (next + 1) % mine.length) {
      const search = mine[next]
      if (!search) return
      await visitors[place % visitors.length]?.askAndParse(search)
      requests += 1
    }
  }
  await Promise.all(searches.map(askAll))
  return requests
})
process.stdout.write('ready\n')
