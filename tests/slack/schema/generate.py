"""Make the JSON schemas of this folder anew from the types that Slack publishes (MIT); `--check` only compares.

Needs node and npm. Only facts are kept: names, kinds, what is required, and the limits that comments state.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.slack.schema.added import closed, with_blocks
from tests.slack.schema.definitions import plain, reached, shared
from tests.slack.schema.limits import with_limits

Schema = dict[str, Any]

HERE: Final = Path(__file__).parent
TYPES: Final = ("@slack/bolt@5.1.0", "@slack/types@3.2.0", "@slack/web-api@8.2.0")
TOOLS: Final = ("ts-json-schema-generator@2.9.0", "typescript@5.9.3", "@types/node@20")
COMPILER: Final = {"module": "nodenext", "moduleResolution": "nodenext", "strict": True, "skipLibCheck": True}
WEB_API: Final = "node_modules/@slack/web-api/dist/types"
OUTGOING: Final = ("Message", "Response", "Modal", "Home", "ResponseAction")
INCOMING: Final = ("block_actions", "view_submission", "view_closed", "slash_command", "shortcut", "message_action")
EVENTS: Final = (
    *("app_home_opened", "app_uninstalled", "tokens_revoked"),
    *("subteam_members_changed", "team_join", "user_change"),
)
METHODS: Final = (
    *("apps.connections.open", "apps.uninstall", "auth.revoke", "auth.test"),
    *("chat.delete", "chat.postEphemeral", "chat.postMessage", "chat.update", "conversations.open"),
    *("files.completeUploadExternal", "files.getUploadURLExternal", "oauth.v2.access"),
    *("usergroups.list", "usergroups.users.list", "users.conversations", "users.info", "users.list"),
    *("views.open", "views.publish", "views.push", "views.update"),
)


def made() -> dict[str, str]:
    """Return the files of this folder by name, with their content."""
    jobs = [["root.ts", "*"], [f"{WEB_API}/request/manifest.d.ts", "Manifest"]]
    jobs += [[f"{WEB_API}/response/{_type(method)}.d.ts", _type(method)] for method in METHODS]
    wire, manifest, *answers = (with_limits(schema)["definitions"] for schema in _compiled(jobs))
    by_method = {method: _answer(method, plain(one)) for method, one in zip(METHODS, answers, strict=True)}
    roots = (*OUTGOING, *INCOMING, *EVENTS)
    return {
        "wire.json": _written(reached(with_blocks(plain(wire)), roots)),
        "manifest.json": _written(closed(plain(manifest))),
        "answers.json": _written(shared(by_method)),
    }


def _answer(method: str, definitions: Schema) -> Schema:
    """The answer under the name of its method, with what it needs."""
    return reached(definitions | {method: definitions[_type(method)]}, [method])


def _type(method: str) -> str:
    words = [part[0].upper() + part[1:] for part in method.split(".")]
    return f"{''.join(words)}Response"


def _compiled(jobs: list[list[str]]) -> list[Schema]:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("root.ts", "types.mjs"):
            shutil.copy(HERE / name, folder)
        Path(folder, "tsconfig.json").write_text(json.dumps({"compilerOptions": COMPILER}), encoding="utf-8")
        Path(folder, "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        subprocess.run(["npm", "install", *quiet, *TYPES, *TOOLS], cwd=folder, check=True, stdout=sys.stderr)
        command = ["node", "types.mjs", json.dumps(jobs)]
        result = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    schemas: list[Schema] = json.loads(result.stdout)
    return schemas


def _written(definitions: Schema) -> str:
    """One line a definition, in order, so that a newer type is a small change."""
    source = f"Derived from {', '.join(TYPES)} (MIT) by tests/slack/schema/generate.py; not written by hand."
    lines = (f"{json.dumps(name)}: {_compact(definitions[name])}" for name in sorted(definitions))
    head = f'{{"$comment": {json.dumps(source)},\n"$schema": "http://json-schema.org/draft-07/schema#",\n'
    return f'{head}"definitions": {{\n' + ",\n".join(lines) + "\n}}\n"


def _compact(node: Schema) -> str:
    return json.dumps(node, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` say which differ; returns the exit code."""
    new = made()
    different = [name for name, text in new.items() if not _same(HERE / name, text)]
    if "--check" in arguments:
        print("\n".join(f"{name} is not what the types say: make slack-schema" for name in different) or "all the same")
        return 1 if different else 0
    for name in different:
        (HERE / name).write_text(new[name], encoding="utf-8")
    print(f"written: {', '.join(different) or 'nothing, all is the same'}")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
