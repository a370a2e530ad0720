"""Settings: a form with everything somebody may choose, saved whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.port import Choice, Command, Message, Reply
from bot.home import help_choice, home_choice
from bot.own import Asker, Own
from bot.preferences import Refused, form, read_form
from bot.spoken import choice_lines
from bot.texts import Texts
from surveys.store import people as people_store
from surveys.store import surveys as store


@dataclass(frozen=True)
class OwnSettings:
    """The commands `settings` and `settings_save`."""

    own: Own

    async def show(self, command: Command) -> Reply:
        """Show the form as it stands now. Raises NotKnown."""
        async with self.own.asker(command) as me:
            return Reply(dialog=_form(me))

    async def save(self, command: Command) -> Reply:
        """Take over what the form sends; a card not yet sent follows, for sending looks anew. Raises NotKnown."""
        async with self.own.asker(command, changing=True) as me:
            surveys = [survey for survey, _ in await store.surveys(me.connection) if not survey.paused]
            try:
                wished = read_form(
                    command.fields,
                    me.chosen,
                    language=me.texts.language,
                    channels=me.channels,
                    quiet=[survey.quiet for survey in surveys],
                )
            except Refused as refused:
                return Reply(notice=me.texts(refused.msgid), failed=True)
            await people_store.save_preferences(me.connection, me.person.id, wished)
            texts = Texts(wished.language or me.person.language)
            return Reply(dialog=_saved(replace(me, chosen=wished, texts=texts)), changed=True)


def _form(me: Asker) -> Message:
    return Message(
        title=me.texts("settings.title"),
        locale=me.texts.language,
        paragraphs=(me.texts("settings.body"),),
        form=form(me.chosen, me.channels, me.texts),
        choices=(home_choice(me), help_choice(me)),
        notes=(me.texts("home.yours"),),
    )


def _saved(me: Asker) -> Message:
    return Message(
        title=me.texts("settings.saved"),
        locale=me.texts.language,
        paragraphs=choice_lines(me),
        choices=(home_choice(me), Choice("settings", me.texts("home.to.settings")), help_choice(me)),
    )
