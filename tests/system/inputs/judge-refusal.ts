import assert from 'node:assert/strict'
import type { Answer } from '../../support/fleet/start-test-fleet.ts'
import type { Json } from '../../support/json.ts'
import type { BadInput } from './bad-input.ts'

/** The one shape of every error: ours and the members of RFC 9457, saying the same. */
function judgeShape({ status, headers, body }: Answer, expected: { status: number; code: string }): void {
  assert.equal(status, expected.status)
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
  assert.equal(body.success, false)
  assert.match(body.code, new RegExp(`^${expected.code}$`))
  assert.equal(body.httpStatus, expected.status)
  assert.equal(body.status, expected.status)
  assert.equal(body.title, body.code)
  assert.equal(body.detail, body.error)
  assert.match(body.type, /^urn:vigie:problem:[a-z-]+$/)
  assert.ok(typeof body.error === 'string' && body.error.length > 0)
  // Not our insides: no file, no stack, no words of the database.
  assert.doesNotMatch(JSON.stringify(body), /\.ts:\d|node_modules|node:internal|at \w+ \(|PGRST|pg_catalog|\bPT409\b/)
}

/** Throws with the row's name and the whole answer, so that one run shows what is wrong. */
export function judgeRefusal(row: BadInput, answer: Answer): void {
  try {
    judgeShape(answer, row)
    const { error, issues } = answer.body
    if (row.wants) assert.match(error, row.wants, 'says what it wants')
    if (row.got) assert.match(error, row.got, 'says what it got')
    if (row.field !== undefined) assert.ok(error.includes(`${row.field}: `), 'names the field')
    // A program reads the list, a person the sentence: where both are there they name the same field.
    if (row.field !== undefined && issues) assert.ok(issues.some((issue: Json) => issue.field === row.field))
  } catch (error) {
    const seen = JSON.stringify(answer.body).slice(0, 600)
    throw new Error(`${row.name}: ${(error as Error).message}\n${answer.status} ${seen}`, { cause: error })
  }
}
