"""From names of kept voices to what an engine needs to speak in them. Any thread that may read the voice library."""

from __future__ import annotations

from dataclasses import replace

from studio.domain.voice import Profile
from studio.engines.manifest import Manifest
from studio.engines.registry import Registry
from studio.protocol.recordings import MOST_RECORDINGS, REFERENCE, is_reference, roles
from studio.services.inputs import Inputs
from studio.services.tasks.work import Wish
from studio.services.voices import Voices
from studio.settings import Settings

WORDS, VOICE, RECORDING = "words", "voice", "recording"


def lacking(manifest: Manifest, profile: Profile) -> str:
    """Say what a kept voice lacks for an engine to speak with it: words of its recording, one of the engine's voices.

    "" is nothing.
    """
    if own := profile.voice_with(manifest.id):
        return "" if manifest.voice(own) else VOICE
    if "clone" not in manifest.tasks:
        return VOICE
    samples = profile.heard_by(manifest.id)
    if not samples:
        return RECORDING
    return WORDS if manifest.recorded_words and not samples[0].transcript.strip() else ""


class Casting:
    """Knows whose voice a name means: an engine's own, or one of the library's."""

    def __init__(self, voices: Voices, inputs: Inputs, registry: Registry, settings: Settings) -> None:
        self._voices = voices
        self._inputs = inputs
        self._registry = registry
        self._settings = settings

    def resolve(self, wish: Wish) -> Wish:
        """Replace each kept voice by the engine's voice it is bound to, or by its recording.

        An engine's own voices come first. Where no engine is named and a recording is wanted, the engine that can speak
        from one is taken: it has the others' voices as well.
        """
        kept = {speaker: found for speaker, name in wish.voices.items() if (found := self._kept(name, wish.engine))}
        if not kept:
            return wish
        engine = wish.engine or self._engine_for(list(kept.values()))
        for speaker, profile in kept.items():
            bound = profile.voice_with(engine)
            wish = self._bound(wish, speaker, bound) if bound else self._recorded(wish, speaker, profile, engine)
        return replace(wish, engine=engine)

    def _kept(self, name: str, engine: str) -> Profile | None:
        manifest = self._registry.manifest(engine or self._settings.speech.engine)
        return None if is_reference(name) or manifest.voice(name) else self._voices.find(name)

    def _engine_for(self, profiles: list[Profile]) -> str:
        plain = self._settings.speech.engine
        return plain if all(profile.voice_with(plain) for profile in profiles) else self._settings.defaults.clone

    def _bound(self, wish: Wish, speaker: str, voice: str) -> Wish:
        return replace(wish, voices={**wish.voices, speaker: voice})

    def _recorded(self, wish: Wish, speaker: str, profile: Profile, engine: str) -> Wish:
        role = f"{REFERENCE}:{speaker}" if speaker else REFERENCE
        most = min(MOST_RECORDINGS, self._registry.manifest(engine).recordings)
        found = self._voices.references(profile.name, engine, most=most)
        names = roles(role, len(found))
        return replace(
            wish,
            voices={**wish.voices, speaker: role},
            kept={**wish.kept, **{name: self._inputs.put(file) for name, (file, _) in zip(names, found, strict=True)}},
            transcripts={**wish.transcripts, role: found[0][1]},
            rights={**wish.rights, **dict.fromkeys(names, profile.licence)},
        )
