"""`studio settings`."""

from __future__ import annotations

from argparse import Namespace

from studio import settings as values
from studio.cli.main import open_studio
from studio.cli.output import Output


def run(args: Namespace, out: Output) -> int:
    """Show or change settings."""
    studio = open_studio(args, out)
    try:
        if args.verb == "set":
            studio.save_settings(values.with_value(studio.settings, args.name, args.value))
        elif args.verb == "reset":
            studio.save_settings(values.Settings())
        shown = values.to_dict(studio.settings)
    finally:
        studio.close()
    lines = [f"{group}.{name} = {value}" for group, names in shown.items() for name, value in names.items()]
    out.result({"settings": shown}, "\n".join(lines))
    return 0
