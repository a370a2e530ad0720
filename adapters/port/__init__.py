"""The port between the conversation and every chat platform: small, typed, neutral.

A platform is constructed with its `Receive`, so it never knows who answers it; the conversation never knows which
platform it speaks through.
"""

from adapters.port.asked import IN_PLACE, SUBMISSIONS, Belongs, Command, Receive, Reply, Speaks, Submission
from adapters.port.message import Choice, Field, Form, Image, Lines, Link, Locale, Message, MessageRef
from adapters.port.platform import (
    Board,
    Changed,
    Channel,
    ChatPlatform,
    Connected,
    DeliveryError,
    Keep,
    Member,
    NoPlace,
    Public,
    Selective,
    Tended,
    workspace_of,
)

__all__ = [
    "IN_PLACE",
    "SUBMISSIONS",
    "Belongs",
    "Board",
    "Changed",
    "Channel",
    "ChatPlatform",
    "Choice",
    "Command",
    "Connected",
    "DeliveryError",
    "Field",
    "Form",
    "Image",
    "Keep",
    "Lines",
    "Link",
    "Locale",
    "Member",
    "Message",
    "MessageRef",
    "NoPlace",
    "Public",
    "Receive",
    "Reply",
    "Selective",
    "Speaks",
    "Submission",
    "Tended",
    "workspace_of",
]
