// Reads cards, a line of JSON each, and says of each what Microsoft's own renderer has against it: a list, on a line.
import { createRequire } from 'node:module'
import readline from 'node:readline'

// the package's entry for modules asks for a bundler
const ac = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js')

// Drawn by Teams itself; the package knows nothing of it and would take the fallback.
class Line extends ac.CardElement {
  getJsonTypeName() { return 'Chart.Line' }
  internalRender() { return undefined }
}

// Filled by Teams itself, in cards of any version; the package wants version 1.6 for it, and somebody to choose.
const PEOPLE = JSON.stringify({ type: 'Data.Query', dataset: 'graph.microsoft.com/users' })
const NOBODY = [{ title: '-', value: '-' }]

function withoutPicker(part) {
  if (JSON.stringify(part?.['choices.data']) !== PEOPLE) return part
  const { 'choices.data': _, ...left } = part
  return { ...left, choices: part.choices.length ? part.choices : NOBODY }
}

function problems({ card, charts }) {
  const elements = new ac.CardObjectRegistry()
  ac.GlobalRegistry.populateWithDefaultElements(elements)
  if (charts) elements.register('Chart.Line', Line, ac.Versions.v1_5)
  const context = new ac.SerializationContext(ac.Versions.v1_5)
  context.setElementRegistry(elements)
  ac.CardElement.langProperty.regEx.lastIndex = 0 // it remembers the last card, and refuses the language of every second
  const read = new ac.AdaptiveCard()
  read.parse(JSON.parse(JSON.stringify(card), (_, part) => withoutPicker(part)), context)
  const said = []
  for (let n = 0; n < context.eventCount; n++) said.push(context.getEventAt(n).message)
  const checked = read.validateProperties()
  for (const event of checked.validationEvents) said.push(event.message)
  for (const [id, times] of Object.entries(checked.allIds)) if (times > 1) said.push(`the id ${id} is there ${times} times`)
  if (String(read.version) !== '1.5') said.push(`version ${read.version}`)
  return said
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(problems(JSON.parse(line))))
}
