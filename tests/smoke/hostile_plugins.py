"""Engines that lie, flood, hang and leave things behind: one for each trick, each as a plug-in would be written.

An engine's scratch folder lies in the data folder, so each of them can find the studio's own files, as real ones could.
"""

from __future__ import annotations

from pathlib import Path

from tests.smoke.plugins import TOML, write_engine

_BEGIN = """
import ctypes, os, struct, time
from array import array
from pathlib import Path
from studio.engines.shared import speech
from studio.protocol import float_wav as wav, messages
from studio.worker import failures
from studio.worker.context import sha256_of
from studio.worker.runner import Output, Runner as Base

def tone(peak=0.25):
    return array("f", [peak, -peak] * 1000)

def in_scratch(context, name):
    context.scratch.mkdir(parents=True, exist_ok=True)
    return context.scratch / name

def written(context, samples, name="odd.wav"):
    wav.write_float_wav(in_scratch(context, name), samples, rate=24000)
    return context.scratch / name

def data_of(context):
    return context.scratch.parents[1]

def beside(context, name):
    return data_of(context).parent / name

class Runner(Base):
    def run(self, context):
        return self.spoken(context)

    def spoken(self, context, peak=0.25):
        return speech.speak(context, lambda piece: tone(peak), rate=24000)
"""

# What each puts in the place of the methods above.
TRICKS = {
    "honest": "",
    # Results
    "impostor": """
    def run(self, context):
        victim = next((data_of(context) / "library" / "masters").glob("*.wav"))
        return Output(self.spoken(context).path, "audio", {}, victim.stem)
""",
    "link": """
    def run(self, context):
        link = in_scratch(context, "link.wav")
        link.symlink_to(self.spoken(context).path)
        return Output(link, "audio")
""",
    "outside": """
    def run(self, context):
        wav.write_float_wav(beside(context, "elsewhere.wav"), tone(), rate=24000)
        return Output(beside(context, "elsewhere.wav"), "audio")
""",
    "climber": """
    def run(self, context):
        wav.write_float_wav(beside(context, "elsewhere.wav"), tone(), rate=24000)
        return Output(in_scratch(context, "../../../elsewhere.wav"), "audio")
""",
    "folder": """
    def run(self, context):
        in_scratch(context, "sub.wav").mkdir()
        return Output(context.scratch / "sub.wav", "audio", {}, "a" * 64)
""",
    "nameless": """
    def run(self, context):
        return Output(in_scratch(context, "x\\0y"), "audio", {}, "a" * 64)
""",
    "half_a_letter": """
    def run(self, context):
        return Output(in_scratch(context, "x\\ud800y"), "audio", {"odd": "\\ud800"}, "a" * 64)
""",
    "not_finite": """
    def run(self, context):
        return Output(written(context, tone(float("nan"))), "audio")
""",
    "empty": """
    def run(self, context):
        return Output(written(context, array("f")), "audio")
""",
    "fast": """
    def run(self, context):
        file = written(context, tone())
        with file.open("rb+") as opened:
            opened.seek(24)
            opened.write(struct.pack("<II", 4294967295, 0))
        return Output(file, "audio")
""",
    "short": """
    def run(self, context):
        file = written(context, tone())
        os.truncate(file, 1000)
        return Output(file, "audio")
""",
    "self_cancelled": """
    def run(self, context):
        raise failures.CancelledRun
""",
    # Sentences
    "one_file": """
    def run(self, context):
        files = []
        for piece in speech.pieces_of(context):
            kept = context.finished_part(piece.key)
            if kept is None:
                kept = written(context, tone(0.1 * (piece.number + 1)), "same.wav")
                context.keep_part(piece.key, kept)
                while not (data_of(context) / "cache" / "parts" / piece.key[:2] / f"{piece.key}.piece").exists():
                    context.wait(0.01)
            files.append((0, wav.read_float_wav(kept)))
        self.master, self.masters = in_scratch(context, "master.wav"), data_of(context) / "library" / "masters"
        self.there = set(self.masters.glob("*.wav"))
        wav.join(self.master, files, after=0, rate=24000)
        return Output(self.master, "audio")
    def clean_up(self):
        while set(self.masters.glob("*.wav")) == self.there:
            time.sleep(0.01)
        with self.master.open("rb+") as opened:
            opened.write(bytes(3000))
""",
    "smuggler": """
    def run(self, context):
        file = written(context, tone())
        wav.write_float_wav(beside(context, "elsewhere.wav"), tone(), rate=24000)
        for key in ("f" * 64, "../../../../stolen", "", "\\0"):
            context.keep_part(key, file)
        key = speech.pieces_of(context)[0].key
        for odd in (beside(context, "elsewhere.wav"), context.scratch, context.scratch / "none", Path("x\\0y")):
            context._channel.send(messages.Part(job=context.job, key=key, file=str(odd), sha256=sha256_of(file)))
        return Output(file, "audio")
""",
    # Words
    "confused": """
    def run(self, context):
        file = written(context, tone(0.75))
        key = speech.pieces_of(context)[0].key
        for job in (0, -1, context.job + 1):
            context._channel.send(messages.Part(job=job, key=key, file=str(file), sha256=sha256_of(file)))
            context._channel.send(messages.Note(job=job, level="error", text="not for you"))
            context._channel.send(messages.Result(job=job, file=str(file), sha256=sha256_of(file), media="audio"))
            context._channel.send(messages.Failed(job=job, failure="engine", message="not for you"))
        return self.spoken(context)
""",
    "babbler": """
    def run(self, context):
        for fraction in (1e308, -5, None, -1e308, 0.5):
            context._channel.send(messages.Progress(context.job, "x\\x1b[31mred\\n\\ud800" + "y" * 5000, fraction))
        context.note("bell\\x07 and \\x1b[31mred \\ud800", level="\\x1b[5mblink")
        context.note("n" * 100_000, line=-(2**62))
        for number in range(2000):
            context.note(f"number {number}")
        return self.spoken(context)
""",
    # Processes
    "deaf": """
    def greet(self, channel, hello, load):
        self.channel = channel
        channel.send(hello)
    def load(self, load):
        self.channel.send(messages.Loaded())
        ctypes.PyDLL(None).sleep(1000)  # keeps the interpreter for itself
""",
    "leaver": """
    def run(self, context):
        child = os.fork()
        if child == 0:
            os.setsid()
            time.sleep(1000)
        beside(context, "left").write_text(str(child))
        return self.spoken(context)
""",
    "parent_of_a_program": """
    def run(self, context):
        import subprocess
        child = subprocess.Popen(["sleep", "1000"])
        beside(context, "begun").write_text(str(child.pid))
        ctypes.PyDLL(None).sleep(1000)
""",
    "parent_of_a_copy": """
    def run(self, context):
        child = os.fork()
        if child == 0:
            time.sleep(1000)
        beside(context, "begun").write_text(str(child))
        ctypes.PyDLL(None).sleep(1000)
""",
    "gate": """
    def run(self, context):
        beside(context, "begun").touch()
        while not beside(context, "go").exists():
            context.wait(0.01)
        return self.spoken(context)
""",
    "untidy": """
    def run(self, context):
        self.go = beside(context, "go tidy")
        return self.spoken(context)
    def clean_up(self):
        while not self.go.exists():
            time.sleep(0.01)
        os.abort()
""",
    "loud": """
    def load(self, load):
        self.peak = float((Path(load.model) / "peak").read_text())
        return {}
    def run(self, context):
        return self.spoken(context, self.peak)
""",
    "counting": """
    def run(self, context):
        context.progress("counting", 0.0)
        while context.inputs["pieces"][0]["text"] == "Stay.":
            time.sleep(1)
        return self.spoken(context, len(context.inputs["pieces"][0]["text"]) / 100)
""",
}


def hostile(data: Path, trick: str, *changes: tuple[str, str]) -> str:
    """Put the engine of a trick into a data folder, with changes to its description; return its id."""
    toml = TOML
    for old, new in changes:
        assert old in toml
        toml = toml.replace(old, new)
    write_engine(data / "engines" / trick, runner=_BEGIN + TRICKS[trick], toml=toml)
    return trick
