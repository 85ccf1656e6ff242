"""`studio doctor`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from studio.cli.main import open_studio
from studio.cli.output import Output
from studio.errors import StudioError
from studio.services import doctor


def run(args: Namespace, out: Output) -> int:
    """Check everything."""
    studio = open_studio(args, out)
    try:
        patient = doctor.Patient(
            paths=studio.paths,
            database=studio.database,
            registry=studio.registry,
            jobs=studio.jobs,
            library=studio.library,
            settings=studio.settings,
            sound=studio.sound,
            machine=studio.machine,
            start_engine=studio.try_engine,
        )
        findings = doctor.examine(patient)
        if args.bundle:
            doctor.write_bundle(patient, findings, Path(args.bundle).absolute())
            out.tell(f"{args.bundle} holds the report; look into it before you send it.")
    finally:
        studio.close()
    lines = [f"{'ok ' if f.ok else 'BAD'} {f.name}: {f.text}{f'. {f.hint}' if f.hint else ''}" for f in findings]
    out.result({"ok": all(f.ok for f in findings), "checks": [asdict(f) for f in findings]}, "\n".join(lines))
    return 0 if all(f.ok for f in findings) else StudioError.exit_code
