import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finding } from '../../../../local/doctor/finding.ts'
import { judge } from '../../../../local/doctor/judge.ts'
import { isWell, renderReport, reportJson } from '../../../../local/doctor/render-report.ts'
import { texts as en } from '../../../../local/doctor/texts-en.ts'
import type { Words } from '../../../../local/doctor/texts-en.ts'
import { texts as fr } from '../../../../local/doctor/texts-fr.ts'
import { makeFacts } from './make-facts.ts'

const wordsOf = (kind: string) => ({ what: kind, can: 'look' })
const facts = makeFacts({ publicBaseUrl: 'http://vigie.example' })
const findings = [
  finding('ok', ['node'], 'nodeOk', { version: '24.21.0' }),
  finding('look', ['worker', 'worker-fr'], 'workerDraining'),
  finding('broken', ['database'], 'databaseAway', { error: 'fetch failed' }),
]

test('a report has a shape and a word per line, and what to do beneath what is not well', () => {
  assert.equal(
    renderReport(facts, findings, 'en'),
    `The fleet of main.env

✓ ok      Node.js           24.21.0
! look    worker worker-fr  gets nothing new: it was drained by hand
                            → “Resume” on the home page gives it work again, and so does POST /api/v1/worker/:id/resume.
✗ broken  database          does not answer (fetch failed)
                            → Is SUPABASE_URL right, is the project paused? Locally: does npm start run?

1 broken, 1 to look at.`,
  )
  assert.match(renderReport(facts, findings, 'fr'), /✗ cassé {3}base .* ne répond pas \(fetch failed\)/)
  assert.match(renderReport(facts, findings.slice(0, 1), 'fr'), /Tout va bien \(1 vérifications\)\.$/)
})

test('for programs every finding has a stable code, its facts and both sentences', () => {
  const report = JSON.parse(JSON.stringify(reportJson(facts, findings, 'en')))
  assert.deepEqual([report.ok, report.checkedAt, report.findings.length], [false, '2026-11-22T12:00:00.000Z', 3])
  assert.deepEqual(report.findings[2], {
    check: 'database',
    subject: null,
    state: 'broken',
    code: 'databaseAway',
    facts: { error: 'fetch failed' },
    message: 'does not answer (fetch failed)',
    todo: 'Is SUPABASE_URL right, is the project paused? Locally: does npm start run?',
  })
  assert.deepEqual([isWell(findings), isWell(findings.slice(0, 1))], [false, true])
})

test('the secret path of a webhook is in no report', () => {
  for (const publicBaseUrl of ['https://vigie.example', 'https://other.example', null]) {
    const seen = makeFacts({ publicBaseUrl })
    const report = JSON.stringify(reportJson(seen, judge(seen, wordsOf), 'en'))
    assert.ok(!report.includes('secret-path'), String(publicBaseUrl))
  }
})

/** Whatever fact a text tells. */
const anything = new Proxy<object>(
  {},
  {
    get(_facts, name) {
      if (name === 'because') return 'paused'
      return ['missing', 'unknown', 'names'].includes(String(name)) ? ['one'] : 7
    },
  },
)

test('both languages say every finding, with the same advice or none', () => {
  const say = (table: object, name: string) =>
    (table as Record<string, (facts: object) => Words>)[name]?.(anything) as Words
  assert.deepEqual(Object.keys(fr), Object.keys(en))
  for (const name of Object.keys(en)) {
    const [english, french] = [say(en, name), say(fr, name)]
    for (const { says, todo = '' } of [english, french])
      assert.doesNotMatch(says + todo, /undefined|NaN|\[object/, name)
    assert.equal(english.todo === undefined, french.todo === undefined, name)
    assert.doesNotMatch(french.says + (french.todo ?? ''), /\p{L}'\p{L}/u, `${name} has a typewriter’s apostrophe`)
  }
})
