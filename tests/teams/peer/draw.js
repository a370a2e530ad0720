// Draws a card as Teams lays it out, and keeps what is sent. Microsoft's own renderer is there already.
const HOST = {
  fontFamily: 'sans-serif',
  spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
  separator: { lineThickness: 1, lineColor: '#E0E0E0' },
  containerStyles: { emphasis: { backgroundColor: '#F5F5F5' } },
  actions: { maxActions: 6, buttonSpacing: 8, actionsOrientation: 'horizontal', actionAlignment: 'left' },
  inputs: { label: { inputSpacing: 4 }, errorMessage: {} },
}

// The picker of people is Teams' own: it looks like an input, and sends object ids.
const picker = ({ id, label, value }) => ({ type: 'Input.Text', id, label, ...(value && { value }) })

window.sent = []
window.draw = card => {
  const drawn = new AdaptiveCards.AdaptiveCard()
  drawn.hostConfig = new AdaptiveCards.HostConfig(HOST)
  drawn.onExecuteAction = action => window.sent.push({ type: action.getJsonTypeName(), title: action.title, data: action.data })
  drawn.parse(JSON.parse(JSON.stringify(card), (_, part) => part?.['choices.data'] ? picker(part) : part))
  document.body.replaceChildren(drawn.render())
  window.sent = []
}

// What has the keyboard, in words.
window.focused = () => {
  const at = document.activeElement
  if (!at || at === document.body) return ''
  return at.tagName === 'BUTTON' ? at.textContent : at.labels?.[0]?.textContent || at.getAttribute('aria-label') || '?'
}

window.cutOff = () => [...document.body.querySelectorAll('*')]
  .filter(part => part.getBoundingClientRect().right > innerWidth || (part.tagName === 'BUTTON' && part.scrollWidth > part.clientWidth))
  .map(part => part.textContent)
