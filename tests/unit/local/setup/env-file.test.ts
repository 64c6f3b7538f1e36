import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layOver, readEnvText } from '../../../../local/setup/env-file.ts'

test('a new file has its header and a line for each variable', () => {
  assert.equal(
    layOver(null, '# ours', [
      ['A', '1'],
      ['B', 'x=='],
    ]),
    '# ours\nA=1\nB=x==\n',
  )
})

test('a file that holds the values already stays as it is; comments and the owner’s own variables stay in any case', () => {
  const text = '# mine\nA=1\n\nHEARTBEAT_URL=https://hc.example/x # why\nB=2'
  const wanted = [
    ['A', '1'],
    ['B', '2'],
  ] as const
  assert.equal(layOver(text, '# ours', wanted), text)
  assert.equal(
    layOver(text, '# ours', [...wanted, ['C', '3']]),
    '# mine\nA=1\n\nHEARTBEAT_URL=https://hc.example/x # why\nB=2\nC=3\n',
  )
  assert.equal(layOver(text, '# ours', [['B', '9']]), text.replace('B=2', 'B=9'))
})

test('what flyctl would read otherwise is written plainly, with the same value', () => {
  assert.equal(
    layOver("export A='1'\nB=2 # two\n", '', [
      ['A', '1'],
      ['B', '2'],
    ]),
    'A=1\nB=2\n',
  )
})

test('an empty variable counts as not set, and is filled in its place', () => {
  assert.deepEqual(readEnvText('A=\nB=1\n'), { B: '1' })
  assert.equal(layOver('A=\nB=1\n', '', [['A', '2']]), 'A=2\nB=1\n')
})

test('a value of several lines is not torn: such a file is left to its owner', () => {
  assert.equal(layOver('A="1\nB=2"\n', '', [['A', '3']]), null)
})
