// The roots of wire.json: what the product may say to Slack, and what Slack says to the product.
import type {
  BlockAction,
  EnvelopedEvent,
  GlobalShortcut,
  MessageShortcut,
  RespondArguments,
  SlashCommand,
  ViewClearResponseAction,
  ViewClosedAction,
  ViewErrorsResponseAction,
  ViewPushResponseAction,
  ViewSubmitAction,
  ViewUpdateResponseAction,
} from '@slack/bolt';
import type {
  AppHomeOpenedEvent,
  AppUninstalledEvent,
  HomeView,
  KnownBlock,
  ModalView,
  SubteamMembersChangedEvent,
  TeamJoinEvent,
  TokensRevokedEvent,
  UserChangeEvent,
} from '@slack/types';

// `KnownBlock`, not the open-ended `Block` beside it, which would take anything.
export interface Message {
  text?: string;
  blocks?: KnownBlock[];
}
export interface Response extends Message {
  response_type?: RespondArguments['response_type'];
  replace_original?: RespondArguments['replace_original'];
  delete_original?: RespondArguments['delete_original'];
}
export type Modal = Omit<ModalView, 'blocks'> & { blocks: KnownBlock[] };
export type Home = Omit<HomeView, 'blocks'> & { blocks: KnownBlock[] };
export type ResponseAction =
  | ViewClearResponseAction
  | ViewErrorsResponseAction
  | (Omit<ViewPushResponseAction, 'view'> & { view: Modal })
  | (Omit<ViewUpdateResponseAction, 'view'> & { view: Modal });

export type block_actions = BlockAction;
export type view_submission = ViewSubmitAction;
export type view_closed = ViewClosedAction;
export type slash_command = SlashCommand;
export type shortcut = GlobalShortcut;
export type message_action = MessageShortcut;
export type app_home_opened = EnvelopedEvent<AppHomeOpenedEvent>;
export type app_uninstalled = EnvelopedEvent<AppUninstalledEvent>;
export type subteam_members_changed = EnvelopedEvent<SubteamMembersChangedEvent>;
export type team_join = EnvelopedEvent<TeamJoinEvent>;
export type tokens_revoked = EnvelopedEvent<TokensRevokedEvent>;
export type user_change = EnvelopedEvent<UserChangeEvent>;
