// An app on Slack's framework for JavaScript. It tells on stdout, one JSON line each, what it understood of what our
// fake Slack sent, and what the fake answered it. It ends when its stdin does.
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';

const { api, socket, signingSecret, botToken, appToken } = JSON.parse(process.argv[2]);
const clientOptions = { slackApiUrl: api, retryConfig: { retries: 0 } };
const logLevel = LogLevel.ERROR;

const receiver = socket
  ? new SocketModeReceiver({ appToken, logLevel, installerOptions: { clientOptions } })
  : new HTTPReceiver({ signingSecret, logLevel, endpoints: '/slack/events' });
const app = new App({ token: botToken, receiver, clientOptions, logLevel });

const tell = (heard, said) => console.log(JSON.stringify({ heard, ...said }));
const plain = (text) => ({ type: 'plain_text', text });
const section = (text) => ({ type: 'section', text: plain(text) });
const dialog = {
  type: 'modal',
  callback_id: 'comment',
  title: plain('Toelichting'),
  submit: plain('Bewaar'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'words',
      label: plain('Wat wil je kwijt?'),
      element: { type: 'plain_text_input', action_id: 'words' },
    },
  ],
};

app.event('app_home_opened', async ({ event, client }) => {
  const answer = await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [section('Thuis')] } });
  tell('app_home_opened', { user: event.user, tab: event.tab, published: answer.view.type });
});
app.event('team_join', async ({ event }) => tell('team_join', { name: event.user.real_name, tz: event.user.tz }));
app.event('user_change', async ({ event }) => tell('user_change', { name: event.user.real_name, tz: event.user.tz }));
app.event('subteam_members_changed', async ({ event }) => tell('subteam_members_changed', { added: event.added_users }));
app.event('tokens_revoked', async ({ event }) => tell('tokens_revoked', { bot: event.tokens.bot }));
app.event('app_uninstalled', async ({ context }) => tell('app_uninstalled', { team: context.teamId }));

app.action('good', async ({ ack, action, body, client, respond }) => {
  await ack();
  const { view } = await client.views.open({ trigger_id: body.trigger_id, view: dialog });
  await respond({ replace_original: true, text: 'Dank je wel', blocks: [section('Dank je wel')] });
  tell('good', { user: body.user.id, value: action.value, block: action.block_id, opened: view.id });
});
app.action('bad', async ({ ack, body, client }) => {
  await ack();
  const { ts, text } = await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: 'Gezien' });
  tell('bad', { ts, text });
});
app.view('comment', async ({ ack, view, body }) => {
  const { value } = view.state.values.words.words;
  await ack(value.length > 9 ? { response_action: 'errors', errors: { words: 'Te lang' } } : undefined);
  tell('comment', { user: body.user.id, value });
});
app.view({ callback_id: 'comment', type: 'view_closed' }, async ({ ack, body }) => {
  await ack();
  tell('closed', { cleared: body.is_cleared });
});
app.command('/adempauze', async ({ ack, command, client }) => {
  await ack('Een ogenblik');
  const { members } = await client.users.list({ include_locale: true });
  const { usergroups } = await client.usergroups.list({ include_users: true });
  const { channel, message } = await client.chat.postMessage({ channel: command.user_id, text: 'Hier is de hulp' });
  tell('/adempauze', {
    text: command.text,
    members: members.filter((member) => !member.is_bot).map((member) => [member.id, member.locale ?? null]),
    groups: usergroups.map((group) => [group.handle, group.users]),
    posted: [channel, message.text],
  });
});

app.shortcut({ type: 'message_action', callback_id: 'thank_for_this' }, async ({ ack, shortcut, client }) => {
  await ack();
  const { channels } = await client.users.conversations({ types: 'public_channel,private_channel' });
  tell('thank_for_this', { author: shortcut.message.user, channels: channels.map(({ id, name }) => [id, name]) });
});
app.shortcut({ type: 'shortcut', callback_id: 'thank_someone' }, async ({ ack, shortcut, client }) => {
  await ack();
  const { view } = await client.views.open({ trigger_id: shortcut.trigger_id, view: dialog });
  tell('thank_someone', { user: shortcut.user.id, opened: view.id });
});
app.command('/kudos', async ({ ack, command }) => {
  await ack();
  tell('/kudos', { text: command.text });
});

process.stdin.on('end', () => process.exit()).resume();
const server = await app.start({ host: '127.0.0.1', port: 0 });
tell('ready', { port: socket ? 0 : server.address().port });
